import { MailError, toMailError } from '../../../../src-main/base/errors.ts';
import { createShellClient, type ShellClient } from '../../../../src-main/ipc/shell-client.ts';
import type { ShellRequestName } from '../../../../src-shared/ipc/shell-contract.ts';

/** What the shell answers; what it throws is answered as a failure. */
export type ShellAnswers = { [N in ShellRequestName]?: () => unknown };

/** The engine's own client over a shell that answers so, and `internal` to everything else. */
export function createTestShell(answers: ShellAnswers): ShellClient {
  let receive: (message: unknown) => void = () => undefined;
  const answerOf = (name: string): unknown => {
    try {
      const [, answer] = Object.entries(answers).find(([one]) => one === name) ?? [];
      if (!answer) throw new MailError('internal');
      return { ok: true, value: answer() };
    } catch (error) {
      const { code, retry } = toMailError(error);
      return { ok: false, code, retry };
    }
  };
  return createShellClient({
    post(message) {
      if (message.kind !== 'request') return;
      const { id, name } = message;
      queueMicrotask(() => receive({ kind: 'answer', id, result: answerOf(name) }));
    },
    onMessage(listener) {
      receive = listener;
    },
    onClose: () => undefined,
    close: () => undefined,
  });
}

/** A press of the person that is there, or is not. */
export function press(isPressed: () => boolean) {
  return () => {
    if (!isPressed()) throw new MailError('press-missing');
    return {};
  };
}
