/**
 * PDF by pdf.js: read in a worker of its own, painted on canvases. Its viewer, with links, forms and scripts, is not there at all; its
 * own fetching (fonts, character maps, wasm decoders) is switched off, and the page's policy forbids it besides.
 */

import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { openWorker } from '../../open-worker.ts';
import workerUrl from './pdf-worker.ts?worker&url';

/** `close` ends the worker, whatever it does, and takes out of the page what was put there for the document. */
export type OpenPdf = { document: PDFDocumentProxy; ratio: number; close: () => void };

/** A side of a canvas that every computer has memory for. */
const MOST_PIXELS = 16_000_000;
/** Pixels of a picture in a document: a sheet of A4 that was scanned at 600 dots per inch has 35 million. Larger ones are left out. */
const MOST_PICTURE = 48 * 1024 * 1024;
/** Until the first page is known, and until a page is painted. */
const PATIENCE_MS = 10_000;

/** A document that is not finished in the time that one gets; the worker may hang for good. */
export class PdfTooComplex extends Error {}

/** Opens a document; throws when it cannot be read, takes more than ten seconds (PdfTooComplex), or `signal` ends it. */
export async function openPdf(content: Uint8Array, signal: AbortSignal): Promise<OpenPdf> {
  const pdf = await import('pdfjs-dist/legacy/build/pdf.mjs');
  signal.throwIfAborted();
  const port = openWorker(workerUrl);
  const worker = pdf.PDFWorker.create({ port });
  const task = pdf.getDocument({
    // Its bytes are given to the worker, and the caller keeps its own.
    data: content.slice(),
    worker,
    isEvalSupported: false,
    useWasm: false,
    useWorkerFetch: false,
    useSystemFonts: true,
    enableXfa: false,
    disableAutoFetch: true,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    stopAtErrors: false,
    maxImageSize: MOST_PICTURE,
    canvasMaxAreaInBytes: MOST_PIXELS * 4,
    verbosity: pdf.VerbosityLevel.ERRORS,
  });
  const close = (): void => {
    worker.destroy();
    port.terminate();
    removeTraces(task.docId);
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    const read = async (): Promise<OpenPdf> => {
      const document = await task.promise;
      const first = await document.getPage(1);
      const { width, height } = first.getViewport({ scale: 1 });
      return { document, ratio: ratioOf(width, height), close };
    };
    return await Promise.race([inTime(read()), untilEnded(port, signal)]);
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
  }
}

/** Throws PdfTooComplex when that takes more than PATIENCE_MS. */
async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PdfTooComplex()), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Never answers; throws when the worker failed or `signal` says so: a worker that is gone answers nothing more. */
function untilEnded(port: Worker, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    port.addEventListener('error', () => reject(new Error('The worker failed.')), { once: true });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** The library takes its fonts and filters back only when the worker agrees, which one that hangs or is gone does not. */
function removeTraces(docId: string): void {
  const own = `g_${docId}_`;
  for (const face of [...document.fonts]) {
    if (face.family.replace(/^"/, '').startsWith(own)) document.fonts.delete(face);
  }
  for (const filter of document.querySelectorAll(`body > div > svg filter[id^="${own}"]`)) {
    filter.closest('body > div')?.remove();
  }
}

/** Of a page whose size makes no sense: that of a sheet of paper. */
const A4 = Math.SQRT2;

function ratioOf(width: number, height: number): number {
  return width > 0 && height > 0 ? Math.min(20, height / width) : A4;
}

/**
 * Paints a page `width` CSS pixels wide and answers with its height by its width; nothing when it was stopped or cannot be painted.
 * Throws PdfTooComplex when it takes more than ten seconds.
 */
export async function paintPage(
  document: PDFDocumentProxy,
  number: number,
  { canvas, width, signal }: { canvas: HTMLCanvasElement; width: number; signal: AbortSignal },
): Promise<number | undefined> {
  const pdf = await import('pdfjs-dist/legacy/build/pdf.mjs');
  try {
    const page = await inTime(document.getPage(number));
    if (signal.aborted) return undefined;
    const natural = page.getViewport({ scale: 1 });
    const wanted = (width / natural.width) * devicePixelRatio;
    const most = Math.sqrt(MOST_PIXELS / (natural.width * natural.height));
    const viewport = page.getViewport({ scale: Math.min(wanted, most) });
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    const task = page.render({ canvas, viewport, annotationMode: pdf.AnnotationMode.ENABLE });
    const stop = (): void => task.cancel();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await inTime(task.promise);
    } finally {
      task.cancel();
      signal.removeEventListener('abort', stop);
    }
    return ratioOf(natural.width, natural.height);
  } catch (error) {
    if (error instanceof PdfTooComplex && !signal.aborted) throw error;
    // A page that is broken stays white; the others are painted.
    return undefined;
  }
}
