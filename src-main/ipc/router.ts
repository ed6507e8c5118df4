/**
 * The engine's end of a window's port. Every message is taken for hostile until its schema says otherwise: an unknown request,
 * a wrong shape or a wrong envelope is refused and logged, and never reaches a handler. Answers are cut to the contract's shape
 * on the way out, so that a field that a window is not meant to see cannot slip through. The gate is asked before a handler is and again
 * before its answer goes out: no handler can forget the lock of the program.
 */
import { z } from 'zod';
import { contract, type InputOf, type OutputOf, type RequestName } from '../../src-shared/ipc/contract.ts';
import { type EventName, events, type PayloadOf } from '../../src-shared/ipc/events.ts';
import type { Fail, Result } from '../../src-shared/ipc/result.ts';
import type { Port } from '../../src-shared/ipc/wire.ts';
import { diskErrorOf, MailError, toFail } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { Gate } from './gate.ts';

export type Handlers = {
  [N in RequestName]: (input: InputOf<N>, signal: AbortSignal) => OutputOf<N> | Promise<OutputOf<N>>;
};

export type Router = {
  /** Serves one window until its port closes; what it still waits for is then aborted. */
  serve(port: Port): void;
  /** Tells every window, unless the program is locked and the event is about what is behind the lock. */
  publish<N extends EventName>(name: N, payload: PayloadOf<N>): void;
};

const requestMessage = z.object({
  kind: z.literal('request'),
  id: z.number().int().nonnegative(),
  name: z.string().max(100),
  input: z.unknown(),
});

/** The gate is waited for before each request: while the profile is being opened, a window waits instead of being told to come back. */
export function createRouter(handlers: Handlers, gate: Gate, log: Log): Router {
  const ports = new Set<Port>();

  async function answer(name: string, input: unknown, signal: AbortSignal): Promise<Result<unknown>> {
    if (!isRequestName(name)) {
      log.warn('request refused', { reason: 'unknown', length: name.length });
      return refused;
    }
    const parsed = contract[name].input.safeParse(input);
    if (!parsed.success) {
      log.warn('request refused', { reason: 'shape', name, at: parsed.error.issues[0]?.path.join('.') });
      return refused;
    }
    try {
      await gate.ready();
      gate.admit(name);
      // The table's type ties each handler to its schema; TypeScript cannot follow that through a name known only now.
      const handler = handlers[name] as (input: unknown, signal: AbortSignal) => unknown;
      const answered = await handler(parsed.data, signal);
      gate.admitAnswer(name);
      const value = contract[name].output.safeParse(answered);
      if (!value.success) {
        log.warn('answer refused', { name, at: value.error.issues[0]?.path.join('.') });
        return toFail(new MailError('internal'));
      }
      return { ok: true, value: value.data };
    } catch (thrown) {
      const error = thrown instanceof MailError ? thrown : (diskErrorOf(thrown) ?? thrown);
      const fail = toFail(error);
      if (fail.code === 'internal') log.warn('request failed', { name, ...errorFacts(error) });
      return fail;
    }
  }

  return {
    serve(port) {
      const closing = new AbortController();
      ports.add(port);
      port.onClose(() => {
        ports.delete(port);
        closing.abort();
      });
      port.onMessage((message) => {
        const request = requestMessage.safeParse(message);
        if (!request.success) {
          log.warn('request refused', { reason: 'envelope' });
          return;
        }
        const { id, name, input } = request.data;
        void answer(name, input, closing.signal).then((result) => {
          if (!closing.signal.aborted) port.post({ kind: 'answer', id, result });
        });
      });
    },
    publish(name, payload) {
      const checked = events[name].parse(payload);
      if (!gate.admitsEvent(name)) return;
      for (const port of ports) port.post({ kind: 'event', name, payload: checked });
    },
  };
}

const refused: Fail = { ok: false, code: 'input-invalid', retry: 'never' };

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(contract, name);
}
