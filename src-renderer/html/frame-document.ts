import type { SanitisedMessage } from './sanitise.ts';
import type { StyleWindow } from './style-sheets.ts';

/** What the frame has from the page: its type and, where the message sets no colours itself, its ink. */
export type FrameLook = { text: string; link: string; isDark: boolean; isPadded: boolean };

function baseRules(look: FrameLook): string {
  return `
html { color-scheme: ${look.isDark ? 'dark' : 'light'}; background: transparent; overflow-x: auto; overflow-y: hidden; height: auto !important; }
body { margin: 0; padding: ${look.isPadded ? '16px' : '0'}; display: flow-root; height: auto !important; min-height: 0 !important;
  color: ${look.text}; font: 400 15px/1.6 "Inter Variable", "Segoe UI", system-ui, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
img { max-width: 100%; }
a { color: ${look.link}; cursor: pointer; }
p { margin: 0 0 12px; }
blockquote { margin: 8px 0; padding-inline-start: 12px; border-inline-start: 2px solid #8888; }
pre { white-space: pre-wrap; }
table { max-width: 100%; }
:focus-visible { outline: 2px solid ${look.link}; outline-offset: 2px; }`;
}

/** Puts a sanitised message into the document of its frame. Sheets are adopted, not written: no policy of styles is touched. */
export function fillFrame(frame: StyleWindow, message: SanitisedMessage, look: FrameLook): void {
  const target = frame.document;
  const base = new frame.CSSStyleSheet();
  base.replaceSync(baseRules(look));
  const own = new frame.CSSStyleSheet();
  own.replaceSync(message.styleSheet);
  target.adoptedStyleSheets = [base, own];
  const body = message.root.querySelector('body');
  if (body) target.body.replaceWith(body);
  target.documentElement.dir = message.root.dir;
}

/** Below this, text is too small to read, and the rest is scrolled to sideways. */
const SMALLEST_ZOOM = 0.65;

/** Makes a message that was laid out for a wider window smaller, until it fits into its frame. */
export function fitFrame(frame: StyleWindow): void {
  const { body, documentElement } = frame.document;
  body.style.zoom = '1';
  const { scrollWidth, clientWidth } = documentElement;
  if (scrollWidth <= clientWidth || clientWidth === 0) return;
  body.style.zoom = String(Math.max(SMALLEST_ZOOM, clientWidth / scrollWidth));
}

/** The height in CSS pixels that the message needs, within reason. */
export function measureFrame(frame: StyleWindow): number {
  const { body, documentElement } = frame.document;
  const scrollBar = documentElement.scrollWidth > documentElement.clientWidth ? 12 : 0;
  return Math.min(60_000, Math.ceil(body.getBoundingClientRect().height) + scrollBar);
}
