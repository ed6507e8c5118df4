import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { FailureNote } from '../../components/failure-note.tsx';
import { Note } from '../../components/note.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { t } from '../../i18n/i18n.ts';
import { type OpenPdf, openPdf, PdfTooComplex, paintPage } from './pdf-document.ts';

/** More pages than these are read in a program for PDF. */
const MOST_PAGES = 300;
/** Of a page at its usual size, in CSS pixels. */
const WIDEST = 820;
/** What does not fit is scrolled to by key too, so it takes the focus. */
const SCROLLED = { tabIndex: 0 };

/** One page, painted when it comes near to what is shown, at the width that it has then. */
function PdfPage({
  document: pdf,
  number,
  ratio,
  width,
  onTooComplex,
}: {
  document: PDFDocumentProxy;
  number: number;
  /** Of the first page: height by width, for as long as this one is not painted. */
  ratio: number;
  /** In CSS pixels. */
  width: number;
  onTooComplex: () => void;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isNear, setIsNear] = useState(false);
  const [size, setSize] = useState(ratio);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const watch = new IntersectionObserver(([entry]) => setIsNear(entry?.isIntersecting === true), {
      root: element.closest('.preview-body'),
      rootMargin: '100% 0px',
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const target = canvas.current;
    if (!isNear || !target) return;
    const stop = new AbortController();
    paintPage(pdf, number, { canvas: target, width, signal: stop.signal }).then((painted) => {
      if (painted !== undefined && !stop.signal.aborted) setSize(painted);
    }, onTooComplex);
    return () => stop.abort();
  }, [pdf, number, isNear, width, onTooComplex]);
  return (
    <div
      ref={place}
      className="preview-page"
      role="img"
      aria-label={t('preview.page', { number, count: pdf.numPages })}
      style={{ width, height: width * size }}
    >
      {isNear && <canvas ref={canvas} />}
    </div>
  );
}

/** The pages of a PDF, painted on canvases: no script, no link, no form in it does anything, and nothing is fetched for it. */
export function PdfPages({
  content,
  name,
  zoom,
}: {
  content: Uint8Array;
  name: string;
  zoom: number;
}): ReactNode {
  const [open, setOpen] = useState<OpenPdf>();
  const [fault, setFault] = useState<'unreadable' | 'too-complex'>();
  const place = useRef<HTMLElement>(null);
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const watch = new ResizeObserver(([entry]) => setRoom(Math.floor(entry?.contentRect.width ?? 0)));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const stop = new AbortController();
    let opened: OpenPdf | undefined;
    openPdf(content, stop.signal).then(
      (pdf) => {
        opened = pdf;
        if (stop.signal.aborted) pdf.close();
        else setOpen(pdf);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setFault(error instanceof PdfTooComplex ? 'too-complex' : 'unreadable');
      },
    );
    return () => {
      stop.abort();
      opened?.close();
    };
  }, [content]);
  // It holds up every other page too, so the worker is ended.
  const giveUp = useCallback(() => {
    open?.close();
    setFault('too-complex');
  }, [open]);
  if (fault === 'too-complex') {
    return (
      <div className="preview-words">
        <FailureNote failure={{ ok: false, code: 'preview-unavailable', retry: 'never' }} />
      </div>
    );
  }
  if (fault === 'unreadable') {
    return (
      <div className="preview-words">
        <Note icon="alert" role="status">
          {t('preview.pdf-unreadable')}
        </Note>
      </div>
    );
  }
  const count = open?.document.numPages ?? 0;
  const numbers = Array.from({ length: Math.min(MOST_PAGES, count) }, (_, index) => index + 1);
  return (
    <section ref={place} className="preview-pages" {...SCROLLED} aria-label={name}>
      {!open && <Skeleton lines={8} label={t('preview.loading')} />}
      {count > MOST_PAGES && <Note icon="alert">{t('preview.pages-cut', { count: MOST_PAGES })}</Note>}
      {open &&
        room > 0 &&
        numbers.map((number) => (
          <PdfPage
            key={number}
            document={open.document}
            number={number}
            ratio={open.ratio}
            width={Math.round(Math.min(room, WIDEST) * zoom)}
            onTooComplex={giveUp}
          />
        ))}
    </section>
  );
}
