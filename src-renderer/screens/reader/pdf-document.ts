/**
 * PDF by pdf.js: read in a worker of its own, painted on canvases. Its viewer, with links, forms and scripts, is not there at all; its
 * own fetching (fonts, character maps, wasm decoders) is switched off, and the page's policy forbids it besides.
 */

import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.mjs?worker&url';
import { openWorker } from '../../open-worker.ts';

export type OpenPdf = { document: PDFDocumentProxy; ratio: number; close: () => void };

/** A side of a canvas that every computer has memory for. */
const MOST_PIXELS = 16_000_000;

/** Opens a document; throws when it cannot be read, or takes too long, or `signal` ends it. */
export async function openPdf(content: Uint8Array, signal: AbortSignal): Promise<OpenPdf> {
  const pdf = await import('pdfjs-dist/legacy/build/pdf.mjs');
  signal.throwIfAborted();
  const port = openWorker(workerUrl);
  const worker = pdf.PDFWorker.create({ port });
  const close = (): void => {
    worker.destroy();
    port.terminate();
  };
  try {
    const document = await pdf.getDocument({
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
      canvasMaxAreaInBytes: MOST_PIXELS * 4,
      verbosity: pdf.VerbosityLevel.ERRORS,
    }).promise;
    const first = await document.getPage(1);
    const { width, height } = first.getViewport({ scale: 1 });
    return { document, ratio: ratioOf(width, height), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Of a page whose size makes no sense: that of a sheet of paper. */
const A4 = Math.SQRT2;

function ratioOf(width: number, height: number): number {
  return width > 0 && height > 0 ? Math.min(20, height / width) : A4;
}

/**
 * Paints a page `width` CSS pixels wide and answers with its height by its width; nothing when it was stopped or cannot be painted.
 */
export async function paintPage(
  document: PDFDocumentProxy,
  number: number,
  { canvas, width, signal }: { canvas: HTMLCanvasElement; width: number; signal: AbortSignal },
): Promise<number | undefined> {
  const pdf = await import('pdfjs-dist/legacy/build/pdf.mjs');
  try {
    const page = await document.getPage(number);
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
      await task.promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    return ratioOf(natural.width, natural.height);
  } catch {
    // A page that is broken stays white; the others are painted.
    return undefined;
  }
}
