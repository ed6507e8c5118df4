/** The engine's view of the shell: the requests of the shell contract as functions. Without a shell each of them fails in words. */
import { z } from 'zod';
import { fail } from '../../src-shared/ipc/result.ts';
import {
  type ShellEventName,
  type ShellEventOf,
  type ShellInputOf,
  type ShellOutputOf,
  type ShellRequestName,
  shellContract,
  shellEvents,
} from '../../src-shared/ipc/shell-contract.ts';
import type { Port } from '../../src-shared/ipc/wire.ts';
import { MailError } from '../base/errors.ts';

export type ShellClient = {
  request<N extends ShellRequestName>(name: N, input: ShellInputOf<N>): Promise<ShellOutputOf<N>>;
  /** Sets who hears of an event of the shell. */
  on<N extends ShellEventName>(name: N, listener: (payload: ShellEventOf<N>) => void): void;
};

const incoming = z.union([
  z.object({
    kind: z.literal('answer'),
    id: z.number(),
    result: z.union([fail, z.object({ ok: z.literal(true), value: z.unknown() })]),
  }),
  z.object({ kind: z.literal('event'), name: z.string().max(100), payload: z.unknown() }),
]);

export function createShellClient(port: Port): ShellClient {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, (payload: unknown) => void>();
  let lastId = 0;
  port.onMessage((message) => {
    const parsed = incoming.safeParse(message);
    if (!parsed.success) return;
    if (parsed.data.kind === 'event') {
      listeners.get(parsed.data.name)?.(parsed.data.payload);
      return;
    }
    const { id, result } = parsed.data;
    const one = waiting.get(id);
    waiting.delete(id);
    if (result.ok) one?.resolve(result.value);
    else one?.reject(new MailError(result.code, { retry: result.retry }));
  });
  port.onClose(() => {
    for (const one of waiting.values()) one.reject(new MailError('internal'));
    waiting.clear();
  });
  return {
    async request(name, input) {
      const id = ++lastId;
      const value = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        port.post({ kind: 'request', id, name, input });
      });
      return shellContract[name].output.parse(value) as ShellOutputOf<typeof name>;
    },
    on(name, listener) {
      listeners.set(name, (payload) => {
        const checked = shellEvents[name].safeParse(payload);
        if (checked.success) listener(checked.data as ShellEventOf<typeof name>);
      });
    },
  };
}
