import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** A piece of text where it stands: `bottom` and `top` of its letters, in points from the page's lower edge. */
export type PdfPiece = { text: string; left: number; bottom: number; top: number };
export type PdfPage = { width: number; height: number; text: string; pieces: PdfPiece[] };

/** Below the baseline and above it, in shares of the size: as far as letters reach. */
const [DESCENT, ASCENT] = [0.22, 0.78];

/** The pages of a PDF with their words, in the order in which they would be copied out of it. */
export async function pdfPages(bytes: Uint8Array): Promise<PdfPage[]> {
  const loading = getDocument({ data: Uint8Array.from(bytes), verbosity: 0, isEvalSupported: false });
  try {
    const document = await loading.promise;
    const pages: PdfPage[] = [];
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const { width, height } = page.getViewport({ scale: 1 });
      const { items } = await page.getTextContent();
      let text = '';
      const pieces: PdfPiece[] = [];
      for (const item of items) {
        if (!('str' in item)) continue;
        text += `${item.str}${item.hasEOL ? '\n' : ''}`;
        const [, , , size = 0, left = 0, baseline = 0] = item.transform as number[];
        if (item.str.trim() === '') continue;
        pieces.push({
          text: item.str,
          left,
          bottom: baseline - size * DESCENT,
          top: baseline + size * ASCENT,
        });
      }
      pages.push({ width, height, text, pieces });
    }
    return pages;
  } finally {
    await loading.destroy();
  }
}

/** The words of a PDF, pages one after the other. */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  return (await pdfPages(bytes)).map(({ text }) => text).join('\n');
}
