/**
 * What every page of this program is forbidden, set once for all sessions and all contents, before any window exists.
 * The Electron security checklist's items 3 to 18 live here and in window.ts; tests/hostile tries each from inside a page.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { app, type Session, session } from 'electron';

export const APP_SCHEME = 'app';
export const APP_ORIGIN = 'app://latchkey';
const MESSAGE_FRAME = `${APP_ORIGIN}/message-frame.html`;

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-src 'self'",
  // PDFs are drawn and words are checked in workers, so that neither stops the window. Each is a script of ours, under this policy too.
  "worker-src 'self'",
  "connect-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Where other people's HTML is shown: no script whatever, no source but the message itself. */
const MAIL_POLICY = [
  "default-src 'none'",
  "script-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const FRAME_POLICY = `${MAIL_POLICY}; frame-ancestors 'self'`;
/** A document for paper is such HTML as a whole: of no origin, and in no frame. */
export const PAPER_POLICY = `${MAIL_POLICY}; frame-ancestors 'none'; sandbox`;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * Chromium needs no network of its own: mail, sign-in and files go through the engine. Its resolver is switched off,
 * because `<link rel=dns-prefetch>` in a mail would otherwise look names up that no other rule catches.
 */
export function forbidChromiumNetwork(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('disable-component-update');
  app.commandLine.appendSwitch('disable-domain-reliability');
  app.commandLine.appendSwitch('no-pings');
}

/** Refuses every permission, window, navigation and webview, in sessions and contents that exist and that are made later. */
export function lockDownContents(): void {
  app.on('session-created', lockDownSession);
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => {
      // The first load of an inner frame is a navigation too; the empty page for messages is the only one there is to load.
      if (event.isMainFrame || event.url !== MESSAGE_FRAME) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
  });
}

function lockDownSession(one: Session): void {
  one.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  one.setPermissionCheckHandler(() => false);
  one.setDevicePermissionHandler(() => false);
  one.webRequest.onBeforeRequest((details, answer) => {
    const url = new URL(details.url);
    answer({
      cancel: !(
        url.origin === APP_ORIGIN ||
        url.protocol === 'data:' ||
        url.protocol === 'devtools:' ||
        isOwn(url)
      ),
    });
  });
  one.on('will-download', (event) => event.preventDefault());
}

/** `origin` of a custom scheme is opaque in Node's URL, so scheme and host are compared. */
function isOwn(url: URL): boolean {
  return url.protocol === `${APP_SCHEME}:` && url.host === 'latchkey';
}

/** Serves the built page at app://latchkey/, and nothing outside its folder. */
export function serveApp(folder: string): void {
  // Each message waits for its frame; read once, it is there in less time.
  const frame = resolveInside(folder, new URL(MESSAGE_FRAME).pathname);
  const frameBody = frame === undefined ? undefined : readFile(frame);
  frameBody?.catch(() => undefined);
  session.defaultSession.protocol.handle(APP_SCHEME, async (request) => {
    const url = new URL(request.url);
    const file = isOwn(url) && request.method === 'GET' ? resolveInside(folder, url.pathname) : undefined;
    if (file === undefined) return notFound();
    try {
      const isFrame = file === frame;
      const body = await (isFrame && frameBody ? frameBody : readFile(file));
      return new Response(new Uint8Array(body), {
        headers: {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': isFrame ? FRAME_POLICY : PAGE_POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cache-control': 'no-store',
        },
      });
    } catch {
      return notFound();
    }
  });
}

/** The file that a path names inside `folder`; undefined for anything that tries to leave it. */
function resolveInside(folder: string, pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\')) return undefined;
  const file = normalize(join(folder, path === '/' ? '/index.html' : path));
  return file.startsWith(folder + sep) ? file : undefined;
}

function notFound(): Response {
  return new Response('', { status: 404 });
}
