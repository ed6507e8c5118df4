/** The thread in which connections for background work are read: what comes over the port is done on connections of this thread. */
import { parentPort } from 'node:worker_threads';
import { requireModernCertificates } from '../base/certificates.ts';
import { MailError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { AccessToken, Authentication } from '../sasl/authentication.ts';
import type { ImapConnection } from './imap-connection.ts';
import { openImap } from './open-imap.ts';
import {
  crossError,
  type FromWorker,
  fillFunctions,
  type Outcome,
  outcomeOf,
  type Question,
  resultOf,
  type ToWorker,
} from './worker-wire.ts';

requireModernCertificates();

type Slot = { controller: AbortController; connection?: ImapConnection };

const slots = new Map<number, Slot>();
const asked = new Map<number, (outcome: Outcome) => void>();
let lastAsk = 0;

const tell = (message: FromWorker) => parentPort?.postMessage(message);

async function ask(question: Question): Promise<unknown> {
  lastAsk += 1;
  const number = lastAsk;
  const answered = new Promise<Outcome>((resolve) => asked.set(number, resolve));
  tell({ kind: 'ask', ask: number, question });
  return resultOf(await answered);
}

const logOf = (id: number): Log => ({
  info: (event, facts = {}) => tell({ kind: 'log', id, level: 'info', event, facts }),
  warn: (event, facts = {}) => tell({ kind: 'log', id, level: 'warn', event, facts }),
});

function authenticationOf(
  id: number,
  { kind, user, knowsScram }: Extract<ToWorker, { kind: 'open' }>['login'],
): Authentication {
  if (kind === 'password') {
    return {
      kind,
      user,
      password: async () => (await ask({ kind: 'password', id })) as string,
      scram: { isKnown: () => knowsScram, note: () => tell({ kind: 'scram', id }) },
    };
  }
  return {
    kind,
    user,
    token: {
      get: async () => (await ask({ kind: 'token', id })) as AccessToken,
      invalidate: (accessToken) => tell({ kind: 'invalidate', id, accessToken }),
    },
  };
}

async function open({ id, settings, login, compress }: Extract<ToWorker, { kind: 'open' }>): Promise<void> {
  const controller = new AbortController();
  const slot: Slot = { controller };
  slots.set(id, slot);
  try {
    const authentication = authenticationOf(id, login);
    const connection = await openImap({
      settings,
      authentication,
      signal: controller.signal,
      log: logOf(id),
      compress,
    });
    slot.connection = connection;
    connection.onNews(() => tell({ kind: 'news', id }));
    connection.onMailboxNews((news) => tell({ kind: 'mailboxNews', id, news }));
    tell({ kind: 'opened', id, host: connection.host, capabilities: connection.capabilities });
    connection.onClose(() => {
      slots.delete(id);
      tell({ kind: 'closed', id });
    });
    if (controller.signal.aborted) connection.close();
  } catch (error) {
    slots.delete(id);
    tell({ kind: 'refused', id, error: crossError(error) });
  }
}

async function call({ id, call, name, values }: Extract<ToWorker, { kind: 'call' }>): Promise<void> {
  const connection = slots.get(id)?.connection;
  const outcome = await outcomeOf(async () => {
    if (!connection) throw new MailError('connection-lost', { retry: 'later' });
    const method = connection[name] as (...values: unknown[]) => Promise<unknown>;
    return method(
      ...fillFunctions(values, (number, given) => ask({ kind: 'function', number, values: given })),
    );
  });
  tell({ kind: 'result', id, call, outcome, openPath: connection?.openPath() });
}

parentPort?.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'open':
      void open(message);
      break;
    case 'call':
      void call(message);
      break;
    case 'answer':
      asked.get(message.ask)?.(message.outcome);
      asked.delete(message.ask);
      break;
    case 'idle':
      slots.get(message.id)?.connection?.idle();
      break;
    case 'close': {
      const slot = slots.get(message.id);
      slot?.controller.abort(new MailError('connection-lost', { retry: 'later' }));
      slot?.connection?.close();
      break;
    }
  }
});
