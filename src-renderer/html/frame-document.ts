import type { SanitisedMessage } from './sanitise.ts';
import type { StyleWindow } from './style-sheets.ts';

/** What the frame has from the page: its type and, where the message sets no colours itself, its ink. */
export type FrameLook = {
  text: string;
  link: string;
  /** What lies under the message; `transparent`: the surface of the reader. */
  paper: string;
  isDark: boolean;
  isPadded: boolean;
};

/** A picture that is not here would be drawn as a broken one; what lies over it is a quiet box with its words. */
function baseRules(look: FrameLook): string {
  return `
html { color-scheme: ${look.isDark ? 'dark' : 'light'}; background: ${look.paper}; overflow-x: auto; overflow-y: hidden; height: auto !important; }
body { margin: 0; padding: ${look.isPadded ? '16px' : '0'}; display: flow-root; height: auto !important; min-height: 0 !important;
  color: ${look.text}; font: 400 15px/1.6 "Inter Variable", "Segoe UI", system-ui, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
img { max-width: 100%; }
img:not([src]) { display: inline-block; position: relative; box-sizing: border-box; overflow: hidden; border-radius: 4px; padding: 0 8px;
  font: 400 12px/20px "Inter Variable", system-ui, sans-serif; }
img:not([src])[alt=""]:not([width]):not([height]):not([style]) { display: none; }
img:not([src])::after { content: attr(alt); position: absolute; inset: 0; padding: 0 8px; background: ${look.isDark ? '#33312d' : '#edebe7'};
  color: ${look.isDark ? '#c0bbb1' : '#54504a'}; text-align: start; }
a { color: ${look.link}; cursor: pointer; }
p { margin: 0 0 12px; }
blockquote { margin: 8px 0; padding-inline-start: 12px; border-inline-start: 2px solid #8888; }
pre { white-space: pre-wrap; }
table { max-width: 100%; }
:focus-visible { outline: 2px solid ${look.link}; outline-offset: 2px; }
::highlight(found) { background-color: #f7d774; color: #211f1b; }
::highlight(found-now) { background-color: #e08a00; color: #000; }`;
}

/** Puts a sanitised message into the document of its frame. Sheets are adopted, not written: no policy of styles is touched. */
export function fillFrame(frame: StyleWindow, message: SanitisedMessage, look: FrameLook): void {
  const target = frame.document;
  const base = new frame.CSSStyleSheet();
  base.replaceSync(baseRules(look));
  const own = new frame.CSSStyleSheet();
  own.replaceSync(message.styleSheet);
  target.adoptedStyleSheets = [base, own];
  // A page of frames has no body; what stood here before it must not be taken for it.
  target.body.replaceWith(message.root.querySelector('body') ?? target.createElement('body'));
  target.documentElement.dir = message.root.dir;
}

/** Below this, text is too small to read, and the rest is scrolled to sideways. */
const SMALLEST_ZOOM = 0.65;

/** Makes a message that was laid out for a wider window smaller, until it fits into its frame; then as large as the person wants it. */
export function fitFrame(frame: StyleWindow, zoom = 1): void {
  const { body, documentElement } = frame.document;
  if (body.style.zoom !== '1') body.style.zoom = '1';
  const { scrollWidth, clientWidth } = documentElement;
  const fit =
    scrollWidth <= clientWidth || clientWidth === 0 ? 1 : Math.max(SMALLEST_ZOOM, clientWidth / scrollWidth);
  if (fit * zoom !== 1) body.style.zoom = String(fit * zoom);
}

/** The height in CSS pixels that the message needs, within reason. */
export function measureFrame(frame: StyleWindow): number {
  const { body, documentElement } = frame.document;
  const scrollBar = documentElement.scrollWidth > documentElement.clientWidth ? 12 : 0;
  return Math.min(60_000, Math.ceil(body.getBoundingClientRect().height) + scrollBar);
}
