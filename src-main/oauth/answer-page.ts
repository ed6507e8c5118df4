import { createHash } from 'node:crypto';
import { escapeHtml } from '../base/html.ts';

/** The words of the page, as they stand in the catalogue of the engine; nothing from the request is ever put in. */
export type AnswerText = { tone: 'good' | 'bad'; title: string; text: string; language: string };

const STYLE = `:root{color-scheme:light dark;--ink:#1d1d1b;--dim:#5c5a55;--page:#f2f1ed;--card:#fff;--line:#c9c6be;--good:#16624c;--bad:#a3261b}
@media (prefers-color-scheme:dark){:root{--ink:#edebe6;--dim:#aaa79f;--page:#191917;--card:#242422;--line:#55534d;--good:#7fd0b4;--bad:#ff9d91}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{box-sizing:border-box;width:min(28rem,calc(100vw - 2rem));padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
h1{margin:0 0 .5rem;font-size:1.375rem;line-height:1.3}.good h1{color:var(--good)}.bad h1{color:var(--bad)}p{margin:0;color:var(--dim)}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** No script, no picture, no frame, no form: only this very style sheet. The address with its code goes nowhere from here. */
export const ANSWER_HEADERS: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  connection: 'close',
};

/** What the browser shows at the end of a sign-in. */
export function renderAnswerPage({ tone, title, text, language }: AnswerText): string {
  return `<!doctype html><html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main class="${tone}"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></main></body></html>`;
}
