/** The thread in which messages are parsed: one request at a time, one answer each. */
import { parentPort } from 'node:worker_threads';
import type { NestedMessage } from '../../src-shared/model/message-body.ts';
import { type PackedBody, packBody } from '../base/packed.ts';
import {
  type AttachmentContent,
  attachmentOf,
  nestedOf,
  type ParsedMessage,
  parseSource,
  sourceAsMessage,
} from './parse-source.ts';

export type ParseQuestion =
  | { kind: 'message' }
  /** Its source as text, for one that was beyond reading. */
  | { kind: 'source' }
  | { kind: 'attachment'; part: number; within?: readonly number[] }
  | { kind: 'nested'; path: readonly number[] };
export type ParseRequest = ParseQuestion & { id: number; source: Uint8Array };
export type ParseAnswer = { id: number } & (
  | { kind: 'message'; message: ParsedMessage; packed: PackedBody }
  | { kind: 'attachment'; attachment: AttachmentContent | undefined }
  | { kind: 'nested'; nested: NestedMessage | undefined }
  /** The message is beyond the limits or broken beyond reading. */
  | { kind: 'hopeless' }
);

function answer(request: ParseRequest): ParseAnswer {
  const { id, source } = request;
  try {
    switch (request.kind) {
      case 'message':
      case 'source': {
        const message = request.kind === 'source' ? sourceAsMessage(source) : messageOf(source);
        return { id, kind: 'message', message, packed: packBody(source, message) };
      }
      case 'attachment':
        return { id, kind: 'attachment', attachment: attachmentOf(source, request.part, request.within) };
      case 'nested':
        return { id, kind: 'nested', nested: nestedOf(source, request.path) };
    }
  } catch {
    return { id, kind: 'hopeless' };
  }
}

/** Packed here even when only the source can be shown: that takes the longer the larger it is. */
function messageOf(source: Uint8Array): ParsedMessage {
  try {
    return parseSource(source);
  } catch {
    return sourceAsMessage(source);
  }
}

parentPort?.on('message', (request: ParseRequest) => {
  parentPort?.postMessage(answer(request));
});
