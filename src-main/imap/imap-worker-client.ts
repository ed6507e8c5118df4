/**
 * The thread in which connections for background work are read: reading 100,000 envelopes takes seconds of work, which would
 * otherwise be taken from the thread that answers the window.
 */
import { Worker } from 'node:worker_threads';
import { MailError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Authentication } from '../sasl/authentication.ts';
import type { ImapConnection, LoginOptions } from './imap-connection.ts';
import { createRemoteConnection, type RemoteConnection } from './remote-connection.ts';
import { crossedError, type FromWorker, outcomeOf, type Question, type ToWorker } from './worker-wire.ts';

/** One for all accounts; the thread is started when it is first needed. */
export type ImapWorker = {
  /** As `openImap`. When the thread dies its connections are closed, and the next one is opened in a new thread. */
  open(options: LoginOptions): Promise<ImapConnection>;
  /** Closes its connections and ends the thread; nothing can be opened any more. */
  close(): Promise<void>;
};

/** Beyond it the thread ends, and with it its connections; the engine stays. Megabytes. */
const WORKER_HEAP = 512;

type Login = {
  host: string;
  authentication: Authentication;
  log: Log;
  /** Absent when it is open, or given up. */
  settle?: ((result: ImapConnection | MailError) => void) | undefined;
  remote?: RemoteConnection;
};
type AnyFunction = (...values: unknown[]) => unknown;

export function createImapWorker({ workerPath }: { workerPath: string }): ImapWorker {
  const logins = new Map<number, Login>();
  const given = new Map<number, { called: AnyFunction; thrown?: { error: unknown } }>();
  let worker: Worker | undefined;
  let lastId = 0;
  let lastFunction = 0;
  let isClosed = false;

  const functions = {
    keep(called: AnyFunction) {
      lastFunction += 1;
      given.set(lastFunction, { called });
      return lastFunction;
    },
    forget(numbers: readonly number[]) {
      for (const number of numbers) given.delete(number);
    },
    thrownBy: (numbers: readonly number[]) =>
      numbers.map((number) => given.get(number)?.thrown).find((thrown) => thrown !== undefined),
  };

  function startWorker(): Worker {
    // What this process was started with is not for the thread; nothing in it reads the environment.
    const resourceLimits = { maxOldGenerationSizeMb: WORKER_HEAP };
    const started = new Worker(workerPath, { execArgv: [], env: {}, resourceLimits });
    // An exception that nobody caught there ends that thread only.
    started.on('error', () => {});
    started.on('exit', () => {
      if (worker === started) endAll();
    });
    started.on('message', (message: FromWorker) => {
      if (worker === started) hear(message);
    });
    return started;
  }

  const send = (message: ToWorker) => worker?.postMessage(message);

  function endAll(): void {
    worker = undefined;
    for (const [id, { host, settle, remote }] of [...logins]) {
      logins.delete(id);
      settle?.(new MailError('connection-lost', { retry: 'later', detail: { host } }));
      remote?.onClosed();
    }
  }

  function forget(id: number): void {
    logins.delete(id);
    // A thread without connections does not keep the process alive.
    if (logins.size === 0) worker?.unref();
  }

  function hear(message: FromWorker): void {
    if (message.kind === 'ask') {
      void answer(message.ask, message.question);
      return;
    }
    const login = logins.get(message.id);
    switch (message.kind) {
      case 'opened':
        if (!login?.settle) {
          send({ kind: 'close', id: message.id });
          break;
        }
        login.remote = createRemoteConnection(message, send, functions);
        login.settle(login.remote.connection);
        break;
      case 'refused':
        login?.settle?.(crossedError(message.error));
        forget(message.id);
        break;
      case 'closed':
        forget(message.id);
        login?.remote?.onClosed();
        break;
      case 'invalidate':
        if (login?.authentication.kind === 'oauth')
          login.authentication.token.invalidate(message.accessToken);
        break;
      case 'scram':
        if (login?.authentication.kind === 'password') login.authentication.scram?.note(login.host);
        break;
      case 'result':
        login?.remote?.onResult(message.call, message.outcome, message.openPath);
        break;
      case 'news':
        login?.remote?.onNews();
        break;
      case 'mailboxNews':
        login?.remote?.onMailboxNews(message.news);
        break;
      case 'log':
        login?.log[message.level](message.event, message.facts);
        break;
    }
  }

  async function answer(ask: number, question: Question): Promise<void> {
    const outcome = await outcomeOf(() => find(question));
    send({ kind: 'answer', ask, outcome });
  }

  async function find(question: Question): Promise<unknown> {
    if (question.kind === 'function') return callGiven(question.number, question.values);
    const authentication = logins.get(question.id)?.authentication;
    if (authentication?.kind === 'oauth') return authentication.token.get();
    if (authentication?.kind === 'password') return authentication.password();
    throw new MailError('connection-lost', { retry: 'later' });
  }

  async function callGiven(number: number, values: unknown[]): Promise<void> {
    const entry = given.get(number);
    if (!entry) throw new MailError('connection-lost', { retry: 'later' });
    try {
      await entry.called(...values);
    } catch (error) {
      entry.thrown ??= { error };
      throw error;
    }
  }

  return {
    async open({ settings, authentication, signal, log, compress = false }) {
      signal.throwIfAborted();
      if (isClosed)
        throw new MailError('connection-lost', { retry: 'later', detail: { host: settings.host } });
      worker ??= startWorker();
      worker.ref();
      lastId += 1;
      const id = lastId;
      const login: Login = { host: settings.host, authentication, log };
      logins.set(id, login);
      const settled = new Promise<ImapConnection | MailError>((resolve) => {
        login.settle = resolve;
      });
      const abort = () => {
        send({ kind: 'close', id });
        login.settle?.(new MailError('connection-lost', { retry: 'later' }));
      };
      signal.addEventListener('abort', abort, { once: true });
      try {
        const { kind, user } = authentication;
        const knowsScram = kind === 'password' && authentication.scram?.isKnown(settings.host) === true;
        send({ kind: 'open', id, settings, login: { kind, user, knowsScram }, compress });
        const result = await settled;
        if (signal.aborted && !(result instanceof MailError)) result.close();
        signal.throwIfAborted();
        if (result instanceof MailError) throw result;
        return result;
      } finally {
        login.settle = undefined;
        signal.removeEventListener('abort', abort);
      }
    },
    async close() {
      isClosed = true;
      const ended = worker;
      endAll();
      await ended?.terminate();
    },
  };
}
