/** The worker that reads PDF, within bounds. The order matters: pdf.js finds them when it is loaded. */
import './pdf-bounds.ts';
import 'pdfjs-dist/legacy/build/pdf.worker.mjs';
