/**
 * A message on paper or in a PDF. The document comes from the page, which may have been taken over, so it is laid out where it does not
 * matter what it is: in a hidden window without script, preload and Node, in a session of its own in memory that answers to one
 * address, once, and refuses every other. Permissions, windows and navigations are refused as in every window (web-security.ts).
 */
import { randomUUID } from 'node:crypto';
import { app, BrowserWindow, type Session, session, type WebContents } from 'electron';
import type { ShellOutputOf } from '../../src-shared/ipc/shell-contract.ts';
import { MailError } from '../base/errors.ts';
import { APP_SCHEME, PAPER_POLICY } from './web-security.ts';

/** Where paper is 216 × 279 mm. */
const LETTER_COUNTRIES: ReadonlySet<string> = new Set(['US', 'CA', 'MX', 'PH', 'CL', 'CO', 'VE']);
/** To lay out what the page may send at most takes seconds. */
const LAYOUT_MS = 60_000;

/** Documents by the addresses at which they are fetched; each is there once. */
const waiting = new Map<string, string>();
let paperSession: Session | undefined;

/** Prints this document: with the dialog of the system, or as the bytes of a PDF. Throws MailError `internal` when it cannot be laid out. */
export async function print(html: string, as: 'paper' | 'pdf'): Promise<ShellOutputOf<'print'>> {
  const url = `${APP_SCHEME}://paper/${randomUUID()}`;
  waiting.set(url, html);
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: openSession(),
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  const { webContents } = window;
  try {
    await untilGone(window, LAYOUT_MS, webContents.loadURL(url));
    const pageSize = LETTER_COUNTRIES.has(app.getLocaleCountryCode()) ? 'Letter' : 'A4';
    if (as === 'paper')
      return { printed: await untilGone(window, undefined, onPaper(webContents, pageSize)) };
    const pdf = await untilGone(
      window,
      LAYOUT_MS,
      webContents.printToPDF({ printBackground: true, pageSize }),
    );
    return { printed: true, pdf: new Uint8Array(pdf) };
  } catch (cause) {
    throw new MailError('internal', { cause });
  } finally {
    waiting.delete(url);
    if (!window.isDestroyed()) window.destroy();
  }
}

function openSession(): Session {
  if (paperSession) return paperSession;
  // A name without `persist:` is a session in memory.
  const one = session.fromPartition('paper', { cache: false });
  one.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !(waiting.has(url) || url.startsWith('data:')) });
  });
  one.protocol.handle(APP_SCHEME, ({ url }) => {
    const html = waiting.get(url);
    waiting.delete(url);
    if (html === undefined) return new Response('', { status: 404 });
    return new Response(html, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': PAPER_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
    });
  });
  paperSession = one;
  return one;
}

/** Cancelled and failed come out alike; of a failure the system's own dialog has told. */
function onPaper(contents: WebContents, pageSize: 'Letter' | 'A4'): Promise<boolean> {
  return new Promise((resolve) => contents.print({ printBackground: true, pageSize }, resolve));
}

/** Waits for `task`, and fails when the window is closed, its page dies, or it takes longer than `limit` milliseconds. */
async function untilGone<T>(window: BrowserWindow, limit: number | undefined, task: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const gone = new Promise<never>((_resolve, reject) => {
    window.once('closed', () => reject(new Error('the window was closed')));
    window.webContents.once('render-process-gone', (_event, { reason }) => reject(new Error(reason)));
    if (limit !== undefined) timer = setTimeout(() => reject(new Error('time limit')), limit);
  });
  // When the task ends first, nobody waits for this any more; the window is closed soon after.
  gone.catch(() => undefined);
  try {
    return await Promise.race([task, gone]);
  } finally {
    clearTimeout(timer);
  }
}
