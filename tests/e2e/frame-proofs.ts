/** Runs inside the page, bundled by the test that needs it: the program's own sanitiser, in the program's own window. */
import { fillFrame, fitFrame, measureFrame } from '../../src-renderer/html/frame-document.ts';
import { makeQuoteHtml, type QuoteHtml } from '../../src-renderer/html/quote-html.ts';
import { isTooComplex, sanitise } from '../../src-renderer/html/sanitise.ts';
import type { StyleWindow } from '../../src-renderer/html/style-sheets.ts';

const PLAIN = { text: '#000', link: '#00f', paper: '#fff', isDark: false, isPadded: true };

/** The quotation of a message, and the quotation of that; undefined where it is quoted as text. */
export async function quoteTwice(html: string): Promise<[string, string | undefined] | undefined> {
  const urls: string[] = [];
  const keep = async (url: string): Promise<string> => {
    if (!urls.includes(url)) urls.push(url);
    return `picture-${urls.indexOf(url)}@x.example`;
  };
  const once: QuoteHtml | undefined = await makeQuoteHtml(html, {}, keep);
  if (!once) return undefined;
  return [once.html, (await makeQuoteHtml(once.html, once.pictures, keep))?.html];
}

/** How long the window stands still to show this message, in milliseconds; 0 when it is not shown but offered as source. */
export async function standstillOf(html: string, isDark: boolean): Promise<number> {
  if (isTooComplex(html)) return 0;
  const iframe = document.createElement('iframe');
  iframe.setAttribute('sandbox', 'allow-same-origin');
  iframe.src = './message-frame.html';
  iframe.style.cssText = 'position: fixed; inset: 0; width: 700px; height: 600px';
  const loaded = new Promise((resolve) => iframe.addEventListener('load', resolve, { once: true }));
  document.body.append(iframe);
  try {
    await loaded;
    const frame = iframe.contentWindow as StyleWindow;
    const from = performance.now();
    fillFrame(frame, sanitise(html, {}, frame, { isDark }), PLAIN);
    fitFrame(frame);
    iframe.style.height = `${measureFrame(frame)}px`;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const { port1, port2 } = new MessageChannel();
    const painted = new Promise((resolve) => {
      port1.onmessage = resolve;
    });
    port2.postMessage(0);
    await painted;
    return performance.now() - from;
  } finally {
    iframe.remove();
  }
}
