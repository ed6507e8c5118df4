import { app, type BrowserWindow, dialog, type InputEvent } from 'electron';
import type { ShellTexts } from './shell-texts.ts';

/** What a person does to press something; moving, scrolling and letting a key go are not it. */
const PRESSES: ReadonlySet<InputEvent['type']> = new Set([
  'mouseDown',
  'mouseUp',
  'rawKeyDown',
  'keyDown',
  'gestureTap',
  'touchEnd',
]);
/** From the press to the request there is at most a question to the engine, milliseconds in length. */
const FRESH_MS = 5_000;

const pressedAt = new WeakMap<BrowserWindow, number>();

/** Notes from now on when the person presses something in this window, as Chromium's own process sees it: a page cannot claim it. */
export function notePresses(window: BrowserWindow): void {
  window.webContents.on('input-event', (_event, { type }) => {
    if (PRESSES.has(type)) pressedAt.set(window, Date.now());
  });
}

/** Told at most so often: what hears of it counts in minutes. */
const TELL_EVERY = 10_000;

/** Calls back while somebody moves or presses something in this window, now and then. */
export function noteActivity(window: BrowserWindow, tell: () => void): void {
  let toldAt = 0;
  window.webContents.on('input-event', () => {
    const now = Date.now();
    if (Math.abs(now - toldAt) < TELL_EVERY) return;
    toldAt = now;
    tell();
  });
}

/** Whether the person has just pressed something; one press counts once, so that a page cannot open many links for it. */
function takePress(window: BrowserWindow): boolean {
  const at = pressedAt.get(window);
  pressedAt.delete(window);
  return at !== undefined && Date.now() - at < FRESH_MS;
}

export type PressTexts = Pick<ShellTexts, 'pressTitle' | 'pressText' | 'pressGoOn' | 'pressCancel'>;
let isAsking = false;
/** After a "no" there is quiet: a page that asks again and again must not tire the person into a "yes". */
const QUIET_MS = 30_000;
let refusedAt = Number.NEGATIVE_INFINITY;

/**
 * Whether the person wants what the window asks for: they have just pressed something. A screen reader or a voice presses buttons without a
 * key or a click that Chromium's own process could see; where one is in use the person is asked instead, outside the page.
 */
export async function isWanted(window: BrowserWindow | undefined, texts: PressTexts): Promise<boolean> {
  if (!window) return false;
  if (takePress(window)) return true;
  if (!app.isAccessibilitySupportEnabled() || isAsking || Date.now() - refusedAt < QUIET_MS) return false;
  isAsking = true;
  try {
    const cancel = 0;
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: texts.pressTitle,
      detail: texts.pressText,
      buttons: [texts.pressCancel, texts.pressGoOn],
      defaultId: cancel,
      cancelId: cancel,
      noLink: true,
    });
    if (response === cancel) refusedAt = Date.now();
    return response !== cancel;
  } finally {
    isAsking = false;
  }
}
