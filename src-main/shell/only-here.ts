import { type BrowserWindow, dialog } from 'electron';
import type { ShellInputOf } from '../../src-shared/ipc/shell-contract.ts';

export type OnlyHereTexts = Record<
  'onlyHereTitle' | 'onlyHereText' | 'onlyHereNoSubject' | 'onlyHereStay' | 'onlyHereQuit',
  string
>;

type OnlyHere = ShellInputOf<'setOnlyHere'>;

/** Drafts and unsent messages of a session that leaves nothing behind; the engine says which. None in a profile that stays. */
let onlyHere: OnlyHere = { count: 0, subjects: [] };

export function setOnlyHere(value: OnlyHere): void {
  onlyHere = value;
}

/** One line for each, and a last one when there are more. */
function listOnlyHere({ count, subjects }: OnlyHere, texts: OnlyHereTexts): string {
  const lines = subjects.map((subject) => {
    // Other people's words: nothing in them may break a line or turn its direction.
    const clean = subject.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
    return `• ${clean === '' ? texts.onlyHereNoSubject : clean}`;
  });
  return [...lines, ...(count > subjects.length ? ['…'] : [])].join('\n');
}

/** Whether the window, and with it the program, may go; asks the person when something would go with it for good. */
export function mayClose(window: BrowserWindow, texts: OnlyHereTexts): boolean {
  if (onlyHere.count === 0) return true;
  const stay = 0;
  const answer = dialog.showMessageBoxSync(window, {
    type: 'warning',
    message: texts.onlyHereTitle,
    detail: `${texts.onlyHereText}\n\n${listOnlyHere(onlyHere, texts)}`,
    buttons: [texts.onlyHereStay, texts.onlyHereQuit],
    defaultId: stay,
    cancelId: stay,
    noLink: true,
  });
  return answer !== stay;
}
