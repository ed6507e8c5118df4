/**
 * Parses messages in a worker thread, one after the other. A message that takes too long or too much memory costs the
 * worker, never the engine: the worker is ended, the message is shown as its source, the next one gets a new worker.
 */
import { Worker } from 'node:worker_threads';
import type { NestedMessage } from '../../src-shared/model/message-body.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { createMutex } from '../base/mutex.ts';
import type { PackedBody } from '../base/packed.ts';
import { type AttachmentContent, type ParsedMessage, sourceAsMessage } from './parse-source.ts';
import type { ParseAnswer, ParseQuestion, ParseRequest } from './parse-worker.ts';

export type MessageParser = {
  /**
   * The content of a message, also packed as the store keeps it; its source as text (`isSource`) when it cannot be parsed, and not packed
   * when it is larger than any message may be.
   * Rejects only with `busy`, after `close`.
   */
  parse(source: Uint8Array): Promise<ParsedMessage & { packed?: PackedBody }>;
  /**
   * One attachment, by the number that `parse` gave it; `within` leads to the message inside that it belongs to. Throws MailError:
   * too-complex, not-found.
   */
  attachment(source: Uint8Array, part: number, within?: readonly number[]): Promise<AttachmentContent>;
  /** A message inside this one, by the numbers of the attachments on the way. Throws MailError: too-complex, not-found. */
  nested(source: Uint8Array, path: readonly number[]): Promise<NestedMessage>;
  close(): Promise<void>;
};

/** Beyond it the worker ends, and with it the message's parsing. Megabytes. */
const WORKER_HEAP = 512;

export function createMessageParser({
  workerPath,
  timeLimit = LIMITS.mimeTime,
}: {
  workerPath: string;
  /** Milliseconds for one message. */
  timeLimit?: number;
}): MessageParser {
  const oneByOne = createMutex();
  let worker: Worker | undefined;
  let lastId = 0;
  let isClosed = false;

  const startWorker = (): Worker => {
    const started = new Worker(workerPath, {
      // What this process was started with is not for the worker; nothing in it reads the environment.
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP },
    });
    started.unref();
    // An error while no message waits (it is being ended) must not end the engine.
    started.on('error', () => {});
    started.on('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };

  const endWorker = async () => {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  };

  const ask = (source: Uint8Array, question: ParseQuestion): Promise<ParseAnswer> =>
    oneByOne(async () => {
      lastId += 1;
      const id = lastId;
      if (isClosed) throw new MailError('busy', { retry: 'later' });
      if (source.length > LIMITS.messageSize) return { id, kind: 'hopeless' };
      worker ??= startWorker();
      const answer = await exchange(worker, { ...question, id, source }, timeLimit);
      if (answer) return answer;
      // Given up because the program ends: that says nothing about the message.
      if (isClosed) throw new MailError('busy', { retry: 'later' });
      await endWorker();
      return { id, kind: 'hopeless' };
    });

  return {
    async parse(source) {
      for (const kind of ['message', 'source'] as const) {
        const answer = await ask(source, { kind });
        if (answer.kind === 'message') return { ...answer.message, packed: answer.packed };
      }
      return sourceAsMessage(source);
    },
    async attachment(source, part, within) {
      const answer = await ask(source, { kind: 'attachment', part, ...(within && { within }) });
      if (answer.kind !== 'attachment') throw new MailError('too-complex');
      if (!answer.attachment) throw new MailError('not-found');
      return answer.attachment;
    },
    async nested(source, path) {
      const answer = await ask(source, { kind: 'nested', path });
      if (answer.kind !== 'nested') throw new MailError('too-complex');
      if (!answer.nested) throw new MailError('not-found');
      return answer.nested;
    },
    async close() {
      isClosed = true;
      await endWorker();
    },
  };
}

/** The worker's answer; undefined when it died or took too long. */
function exchange(
  worker: Worker,
  request: ParseRequest,
  timeLimit: number,
): Promise<ParseAnswer | undefined> {
  return new Promise((resolve) => {
    const settle = (answer: ParseAnswer | undefined) => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('error', onEnd);
      worker.off('exit', onEnd);
      worker.unref();
      resolve(answer);
    };
    const onMessage = (answer: ParseAnswer) => {
      if (answer.id === request.id) settle(answer);
    };
    const onEnd = () => settle(undefined);
    const timer = setTimeout(onEnd, timeLimit);
    worker.on('message', onMessage);
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
    worker.ref();
    worker.postMessage(request);
  });
}
