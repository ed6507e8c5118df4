/**
 * A receipt as one file that a person can open in any browser and print, in light and dark, with the same facts as JSON inside
 * for programs. It loads nothing and runs nothing.
 */
import type { ClosedDebt, Receipt, ReceiptStep } from '../../src-shared/model/receipt.ts';
import { escapeHtml } from '../base/html.ts';
import { regional } from '../base/regional.ts';
import type { EngineTexts } from './engine-texts.ts';

const STYLE = `:root{color-scheme:light dark;--page:#f5f3ef;--card:#fefdfb;--ink:#211f1b;--dim:#54504a;--line:#e2ded6;--good:#1a6a54;--warn:#744a00;--warn-bg:#faf0da}
@media (prefers-color-scheme:dark){:root{--page:#181715;--card:#1f1e1b;--ink:#edeae4;--dim:#c0bbb1;--line:#36332e;--good:#82cfb4;--warn:#f0c374;--warn-bg:#33290f}}
*{box-sizing:border-box}body{margin:0;padding:2rem 1rem;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:42rem;margin:0 auto;padding:2.5rem;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow-wrap:anywhere}
p{margin:0}.dim,dt,time{color:var(--dim)}h1{margin:.25rem 0 1rem;font-size:1.75rem;line-height:1.3;letter-spacing:-.02em}h1.no{font-size:2.75rem;color:var(--good)}
h2{margin:2rem 0 .5rem;font-size:1rem}ol{margin:0;padding:0;list-style:none}li{display:grid;grid-template-columns:1fr auto;gap:.125rem 1rem;padding:.75rem 0;border-top:1px solid var(--line)}
li strong{font-weight:600}li p{grid-column:1}li em{grid-column:2;font-style:normal;text-align:right}li.owed em,.note{color:var(--warn)}
.note{margin-top:1.5rem;padding:1rem;background:var(--warn-bg);border-radius:6px}.note a{color:inherit}
hr{margin:3rem 0;border:0;border-top:1px solid var(--line)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem;margin:1.5rem 0 0;padding-top:1.5rem;border-top:1px solid var(--line)}dd{margin:0}footer{margin-top:2rem;font-size:.8125rem}
@media (max-width:30rem){main{padding:1.25rem}dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--dim:#333;--line:#999;--good:#000;--warn:#000;--warn-bg:#fff}body{padding:0}main{border:0;padding:0}.note{border:1px solid #000}li{break-inside:avoid}hr{break-after:page;border:0}}`;

/** The page, as text of a UTF-8 file. */
export function renderReceiptPage(receipt: Receipt, texts: EngineTexts): string {
  const title = texts.format('receipt.title', { address: receipt.address });
  return renderPage(title, [receipt], receipt, texts);
}

/** The receipts of one act in one page, each on a sheet of its own when it is printed. */
export function renderReceiptsPage(receipts: Receipt[], texts: EngineTexts): string {
  return renderPage(texts.format('receipt.titleAll', { count: receipts.length }), receipts, receipts, texts);
}

function renderPage(title: string, receipts: Receipt[], facts: unknown, texts: EngineTexts): string {
  const { language, format } = texts;
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>
${STYLE}
</style>
</head>
<body>
<main>
${receipts.map((receipt) => renderReceipt(receipt, texts)).join('\n<hr>\n')}
<footer class="dim">${escapeHtml(format('receipt.footer'))}</footer>
</main>
<script type="application/json" id="${receipts.length === 1 ? 'receipt' : 'receipts'}">
${embeddedJson(facts)}
</script>
</body>
</html>
`;
}

function renderReceipt(receipt: Receipt, texts: EngineTexts): string {
  const { language, format } = texts;
  const { address, answer, providerName: provider, manageUrl, clientId, issuer, receiptId } = receipt;
  const kind = caseOf(receipt);
  const open = receipt.steps.filter(({ state }) => state === 'owed').length;
  const link =
    manageUrl !== undefined && /^https?:/.test(manageUrl)
      ? ` <a href="${escapeHtml(manageUrl)}" rel="noreferrer">${escapeHtml(format('receipt.ownPage', { provider }))}</a>`
      : '';
  const note = format(link === '' ? 'receipt.note.noPage' : `receipt.note.${kind}`, { provider });
  const hasDebt = answer === 'not-from-here';
  const days = Math.max(0, Math.floor((receipt.finishedAt - receipt.grantedAt) / 86_400_000));
  const later = receipt.paidAt ?? receipt.closed?.at;
  const facts: [string, string | undefined][] = [
    ['receipt.number', receiptId],
    ['receipt.account', address],
    ['receipt.time', dateText(receipt.finishedAt, texts)],
    ['receipt.amended', later === undefined ? undefined : dateText(later, texts)],
    ['receipt.granted', format('receipt.grantedDays', { day: dayText(receipt.grantedAt, language), days })],
    ['receipt.clientId', clientId],
    ['receipt.issuer', issuer],
  ];
  const lede = format(`receipt.lede.${kind}`, {
    address,
    provider,
    open,
    day: later === undefined ? '' : dayText(later, language),
  });
  return `<section>
<p class="dim">${escapeHtml(format('receipt.question'))}</p>
<h1${answer === 'no' ? ' class="no"' : ''}>${escapeHtml(sayAnswer(receipt, kind, texts))}</h1>
<p>${escapeHtml(lede)}</p>
${hasDebt ? `<p class="note">${escapeHtml(note)}${link}</p>\n` : ''}<h2>${escapeHtml(format('receipt.steps'))}</h2>
<ol>
${receipt.steps.map((step) => renderStep(step, provider, texts)).join('\n')}
</ol>
<dl>
${facts.map(([key, value]) => (value === undefined ? '' : `<dt>${escapeHtml(format(key))}</dt><dd>${escapeHtml(value)}</dd>`)).join('')}
</dl>
</section>`;
}

type ReceiptCase = Receipt['answer'] | ClosedDebt | 'paid' | 'no-endpoint' | 'password' | 'unproved';

/** What is owed at the provider decides how the answer is put. */
function caseOf({ answer, steps, paidAt, closed }: Receipt): ReceiptCase {
  const revoked = steps.find(({ name }) => name === 'revoke')?.outcome;
  if (answer === 'no' && paidAt !== undefined) return 'paid';
  if (answer !== 'not-from-here') return answer;
  if (paidAt !== undefined) return 'unproved';
  if (closed) return closed.why;
  if (revoked === 'revoke-not-needed') return 'password';
  if (revoked === 'revoked' || revoked === 'already-ended') return 'unproved';
  return revoked === 'revoke-no-endpoint' ? 'no-endpoint' : 'not-from-here';
}

function sayAnswer(receipt: Receipt, kind: ReceiptCase, { format, language }: EngineTexts): string {
  const { until = receipt.finishedAt, providerName: provider } = receipt;
  if (kind !== 'until') return format(`receipt.answer.${kind}`, { provider });
  return format('receipt.answer.untilDay', {
    day: dayText(until, language),
    until: clockText(until, language),
  });
}

function renderStep(step: ReceiptStep, provider: string, texts: EngineTexts): string {
  const { name, outcome = '', state, at } = step;
  const values: Record<string, string | number> = { ...step.facts, provider };
  if (typeof values.until === 'number') values.until = clockText(values.until, texts.language);
  const isKnown = texts.has(`receipt.outcome.${outcome}`);
  const title = isKnown
    ? texts.format(`receipt.outcomeTitle.${outcome}`, values)
    : texts.format(`signOut.step.${name}`, { provider });
  const more = [
    step.facts.everywhere === 1 ? 'receipt.also.everywhere' : '',
    `receipt.also.introspection-${step.facts.introspection ?? ''}`,
  ].filter(texts.has);
  const text = [
    ...(isKnown ? [texts.format(`receipt.outcome.${outcome}`, values).trim()] : []),
    ...more.map((key) => texts.format(key, { provider })),
  ].join(' ');
  const time =
    at === undefined
      ? ''
      : `<time datetime="${new Date(at).toISOString()}">${clockText(at, texts.language)}</time>`;
  const label = state === 'owed' || state === 'skipped' ? texts.format(`receipt.state.${state}`) : '';
  return `<li class="${state}"><strong>${escapeHtml(title)}</strong>${time}<p class="dim">${escapeHtml(text)}</p><em class="dim">${escapeHtml(label)}</em></li>`;
}

/** Inside a script element only `<` can end it or open a comment; U+2028 and U+2029 are line ends to old readers of scripts. */
function embeddedJson(facts: unknown): string {
  return JSON.stringify(facts, undefined, 2).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A record is worth nothing without its zone: times are given in that of this computer, with its distance from UTC. */
function dateText(time: number, { language }: EngineTexts): string {
  return new Intl.DateTimeFormat(regional(language), {
    dateStyle: 'full',
    timeStyle: 'long',
    hourCycle: 'h23',
  }).format(time);
}

function dayText(time: number, language: string): string {
  return new Intl.DateTimeFormat(regional(language), { dateStyle: 'long' }).format(time);
}

function clockText(time: number, language: string): string {
  return new Intl.DateTimeFormat(regional(language), { timeStyle: 'medium', hourCycle: 'h23' }).format(time);
}
