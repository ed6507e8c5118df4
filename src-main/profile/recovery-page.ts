/** The recovery code as one page that a person can print and put away. It loads nothing and runs nothing. */
import { escapeHtml } from '../base/html.ts';
import { regional } from '../base/regional.ts';

/** What the page needs of the engine's catalogue: keys under `recovery.` */
export type RecoveryTexts = {
  language: string;
  format(key: string, values?: Record<string, string>): string;
};

const STYLE = `:root{color-scheme:light dark}body{margin:0;padding:3rem 1rem;font:16px/1.5 system-ui,sans-serif}main{max-width:38rem;margin:0 auto}
h1{font-size:1.75rem;line-height:1.3;letter-spacing:-.02em}p,ol{margin:1rem 0}
.code{padding:1.25rem;border:2px solid currentColor;border-radius:8px;font:600 1.375rem/1.7 ui-monospace,monospace;letter-spacing:.04em;text-align:center;overflow-wrap:anywhere}
li{margin:.375rem 0}footer{margin-top:2rem;font-size:.875rem}
@media print{body{padding:0}}`;

/** The page, as text of a UTF-8 file. */
export function renderRecoveryPage(
  code: string,
  madeAt: number,
  { language, format }: RecoveryTexts,
): string {
  const text = (key: string, values?: Record<string, string>) =>
    escapeHtml(format(`recovery.${key}`, values));
  const day = new Intl.DateTimeFormat(regional(language), { dateStyle: 'long' }).format(madeAt);
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>${text('title')}</title>
<style>
${STYLE}
</style>
</head>
<body>
<main>
<h1>${text('title')}</h1>
<p>${text('what')}</p>
<p class="code">${escapeHtml(code)}</p>
<ol>
${['keep', 'use', 'void'].map((key) => `<li>${text(key)}</li>`).join('\n')}
</ol>
<footer>${text('made', { day })}</footer>
</main>
</body>
</html>
`;
}
