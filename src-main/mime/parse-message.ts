/**
 * Parses messages in a worker thread, one after the other. A message that takes too long or too much memory costs the
 * worker, never the engine: the worker is ended, the message is shown as its source, the next one gets a new worker.
 */
import { Worker } from 'node:worker_threads';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { createMutex } from '../base/mutex.ts';
import type { PackedBody } from '../base/packed.ts';
import { type AttachmentContent, type ParsedMessage, sourceAsMessage } from './parse-source.ts';
import type { ParseAnswer, ParseRequest } from './parse-worker.ts';

export type MessageParser = {
  /**
   * The content of a message, also packed as the store keeps it; its source as text (`isSource`), not packed, when it cannot be parsed.
   * Rejects only with `busy`, after `close`.
   */
  parse(source: Uint8Array): Promise<ParsedMessage & { packed?: PackedBody }>;
  /** One attachment, by the number that `parse` gave it. Throws MailError: too-complex, not-found. */
  attachment(source: Uint8Array, part: number): Promise<AttachmentContent>;
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

  const ask = (source: Uint8Array, part?: number): Promise<ParseAnswer> =>
    oneByOne(async () => {
      lastId += 1;
      const id = lastId;
      if (isClosed) throw new MailError('busy', { retry: 'later' });
      if (source.length > LIMITS.messageSize) return { id, kind: 'hopeless' };
      worker ??= startWorker();
      const answer = await exchange(worker, { id, source, ...(part !== undefined && { part }) }, timeLimit);
      if (answer) return answer;
      // Given up because the program ends: that says nothing about the message.
      if (isClosed) throw new MailError('busy', { retry: 'later' });
      await endWorker();
      return { id, kind: 'hopeless' };
    });

  return {
    async parse(source) {
      const answer = await ask(source);
      return answer.kind === 'message'
        ? { ...answer.message, packed: answer.packed }
        : sourceAsMessage(source);
    },
    async attachment(source, part) {
      const answer = await ask(source, part);
      if (answer.kind !== 'attachment') throw new MailError('too-complex');
      if (!answer.attachment) throw new MailError('not-found');
      return answer.attachment;
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
