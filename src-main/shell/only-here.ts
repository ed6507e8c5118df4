import { type BrowserWindow, dialog } from 'electron';

export type OnlyHereTexts = Record<
  'onlyHereTitle' | 'onlyHereText' | 'onlyHereStay' | 'onlyHereQuit',
  string
>;

/** Drafts and unsent messages of a session that leaves nothing behind; the engine says how many. 0 in a profile that stays. */
let count = 0;

export function setOnlyHere(value: number): void {
  count = value;
}

/** Whether the window, and with it the program, may go; asks the person when something would go with it for good. */
export function mayClose(window: BrowserWindow, texts: OnlyHereTexts): boolean {
  if (count === 0) return true;
  const stay = 0;
  const answer = dialog.showMessageBoxSync(window, {
    type: 'warning',
    message: texts.onlyHereTitle,
    detail: texts.onlyHereText,
    buttons: [texts.onlyHereStay, texts.onlyHereQuit],
    defaultId: stay,
    cancelId: stay,
    noLink: true,
  });
  return answer !== stay;
}
