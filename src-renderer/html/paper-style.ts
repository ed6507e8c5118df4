/** How a message stands on paper. Of what the mail says itself, nothing may hide, move or cover the head: that is who it is from. */

/** What the boxes around the mail are, whatever a rule of the mail says: `!important` in a layer wins over any that stands in none. */
const BOX = `display: block !important; opacity: 1 !important; float: none !important; width: auto !important; min-width: 0 !important;
  max-width: none !important; height: auto !important; min-height: 0 !important; max-height: none !important; margin: 0 !important;
  padding: 0 !important; border: 0 !important;`;

const FONT = '"Inter Variable", "Segoe UI", system-ui, "Noto Sans", sans-serif';

/**
 * For the document. Wide tables become narrow where they can; of what still is too wide Chromium prints the page smaller. A line breaks
 * anywhere before it is cut, and a picture is never higher than a page. A cell begins with nothing, because Chromium moves a long float
 * that is the first in a cell to the next page.
 */
export const PAPER_SHEET = `@layer paper {
@page { margin: 15mm 15mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #555; } }
html { ${BOX} background: #fff !important; color-scheme: light !important; }
body { color: #000; font: 400 11pt/1.5 ${FONT}; overflow-wrap: anywhere; orphans: 2; widows: 2; }
body * { max-width: 100%; text-wrap-mode: wrap !important; }
:is(td, th)::before { all: initial !important; content: "" !important; display: block !important; }
p { margin: 0 0 3mm; }
p.text { white-space: pre-wrap; }
p.signature { color: #555; }
pre { white-space: pre-wrap; }
a { color: #17614c; }
blockquote { margin: 2mm 0; padding-inline-start: 3mm; border-inline-start: 2px solid #8888; }
h1, h2, h3, h4, h5, h6 { break-after: avoid; break-inside: avoid; }
img { max-height: 235mm !important; object-fit: contain; }
img:not([src]) { display: inline-block; position: relative; box-sizing: border-box; overflow: hidden; padding: 0 8px; font: 9pt/1.7 ${FONT}; }
img:not([src])[alt=""]:not([width]):not([height]):not([style]) { display: none; }
img:not([src])::after { content: attr(alt); position: absolute; inset: 0; padding: 0 8px; background: #edebe7; color: #54504a; text-align: start; }
}`;

/**
 * For the shadow of the body, in which the head stands: no rule of the mail reaches inside. It lies above whatever is moved there: a mail
 * may say nothing of positions and layers (safe-css.ts).
 */
export const HEAD_SHEET = `
:host { ${BOX} }
.head { all: initial; position: relative; z-index: 1; unicode-bidi: isolate; display: block; background: #fff; color: #000; font: 400 10pt/1.5 ${FONT}; overflow-wrap: anywhere;
  padding-bottom: 1mm; }
.head h1 { font-size: 15pt; line-height: 1.3; margin: 0 0 3mm; unicode-bidi: plaintext; }
.head dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 4mm; margin: 0; }
.head dt { color: #555; }
.head dd { margin: 0; min-width: 0; }
.head .note { margin: 3mm 0 0; padding: 2mm 3mm; border: 1px solid #999; }
.head section { margin: 3mm 0 0; padding: 2mm 3mm; border: 1px solid #999; }
.head section :is(h3, p, ul) { margin: 0; padding: 0; list-style: none; }
.rule { all: initial; position: relative; z-index: 1; display: block; height: 4mm; margin-bottom: 4mm; border-bottom: 1px solid #999; background: #fff; }
.mail { display: block; }
.mail::after { content: ""; display: block; clear: both; }`;
