/** The thread in which messages are parsed: one request at a time, one answer each. */
import { parentPort } from 'node:worker_threads';
import { type PackedBody, packBody } from '../base/packed.ts';
import { type AttachmentContent, attachmentOf, type ParsedMessage, parseSource } from './parse-source.ts';

export type ParseRequest = { id: number; source: Uint8Array; part?: number };
export type ParseAnswer = { id: number } & (
  | { kind: 'message'; message: ParsedMessage; packed: PackedBody }
  | { kind: 'attachment'; attachment: AttachmentContent | undefined }
  /** The message is beyond the limits or broken beyond reading. */
  | { kind: 'hopeless' }
);

function answer({ id, source, part }: ParseRequest): ParseAnswer {
  try {
    if (part === undefined) {
      const message = parseSource(source);
      return { id, kind: 'message', message, packed: packBody(source, message) };
    }
    return { id, kind: 'attachment', attachment: attachmentOf(source, part) };
  } catch {
    return { id, kind: 'hopeless' };
  }
}

parentPort?.on('message', (request: ParseRequest) => {
  parentPort?.postMessage(answer(request));
});
