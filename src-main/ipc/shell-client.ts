/** The engine's view of the shell: the requests of the shell contract as functions. Without a shell each of them fails in words. */
import { z } from 'zod';
import { fail } from '../../src-shared/ipc/result.ts';
import {
  type ShellInputOf,
  type ShellOutputOf,
  type ShellRequestName,
  shellContract,
} from '../../src-shared/ipc/shell-contract.ts';
import type { Port } from '../../src-shared/ipc/wire.ts';
import { MailError } from '../base/errors.ts';

export type ShellClient = {
  request<N extends ShellRequestName>(name: N, input: ShellInputOf<N>): Promise<ShellOutputOf<N>>;
  /** The person chose a command in the menu bar. */
  onCommand(listener: (command: string) => void): void;
};

const incoming = z.union([
  z.object({
    kind: z.literal('answer'),
    id: z.number(),
    result: z.union([fail, z.object({ ok: z.literal(true), value: z.unknown() })]),
  }),
  z.object({
    kind: z.literal('event'),
    name: z.literal('commandRequested'),
    payload: z.object({ command: z.string().max(100) }),
  }),
]);

export function createShellClient(port: Port): ShellClient {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const commands: ((command: string) => void)[] = [];
  let lastId = 0;
  port.onMessage((message) => {
    const parsed = incoming.safeParse(message);
    if (!parsed.success) return;
    if (parsed.data.kind === 'event') {
      for (const listener of commands) listener(parsed.data.payload.command);
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
    onCommand: (listener) => void commands.push(listener),
  };
}
