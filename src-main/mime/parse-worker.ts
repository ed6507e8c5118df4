/** The thread in which messages are parsed: one request at a time, one answer each. */
import { parentPort } from 'node:worker_threads';
import { type AttachmentContent, attachmentOf, type ParsedMessage, parseSource } from './parse-source.ts';

export type ParseRequest = { id: number; source: Uint8Array; part?: number };
export type ParseAnswer = { id: number } & (
  | { kind: 'message'; message: ParsedMessage }
  | { kind: 'attachment'; attachment: AttachmentContent | undefined }
  /** The message is beyond the limits or broken beyond reading. */
  | { kind: 'hopeless' }
);

async function answer({ id, source, part }: ParseRequest): Promise<ParseAnswer> {
  try {
    if (part === undefined) return { id, kind: 'message', message: await parseSource(source) };
    return { id, kind: 'attachment', attachment: await attachmentOf(source, part) };
  } catch {
    return { id, kind: 'hopeless' };
  }
}

parentPort?.on('message', async (request: ParseRequest) => {
  parentPort?.postMessage(await answer(request));
});
