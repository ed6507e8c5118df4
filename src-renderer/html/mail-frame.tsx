import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { KeyStroke } from '../commands/keys.ts';
import { findRanges, markFound } from './find-text.ts';
import { type FrameLook, fillFrame, fitFrame, measureFrame } from './frame-document.ts';
import { loadDomains } from './host-names.ts';
import { givePlate } from './light-plates.ts';
import { quotedPartOf } from './quoted-part.ts';
import { type SanitisedMessage, sanitise, showPictures } from './sanitise.ts';
import { takeFrame } from './spare-frame.ts';
import type { StyleWindow } from './style-sheets.ts';

/** What was found in a message when it was sanitised. */
export type FrameContent = {
  /** Things that would have been fetched, without the pictures that can be loaded. */
  blockedCount: number;
  /** Pictures of the web that can be loaded and are not. */
  remotePictures: number;
  /** It sets colours itself: how it is shown can be chosen. */
  hasColours: boolean;
  /** Words were left out: the source has them. */
  isCut: boolean;
  /** It ends with a quotation, which can be folded. */
  hasQuote: boolean;
};

export type MailFrameProps = {
  /** What the frame is called for those who do not see it. */
  title: string;
  html: string;
  /** Pictures that came along, by content-ID. */
  inlineImages: Readonly<Record<string, string>>;
  /** Pictures of the web that were loaded: data: URLs by their addresses. New ones take their places in what is shown. */
  pictures?: Readonly<Record<string, string>> | undefined;
  /** The theme of the program. */
  isDark: boolean;
  /** How the message is shown; absent: on the theme without colours of its own, else as it was made. */
  scheme?: 'light' | 'dark' | undefined;
  /** 0.5 to 3. */
  zoom?: number | undefined;
  /** Whether the quotation at its end is left out. */
  isQuoteFolded?: boolean | undefined;
  /** Words to mark, and which of the places is looked at. */
  find?: { query: string; at: number } | undefined;
  /** Told when the message stands, and again when pictures have come. */
  onContent?: ((content: FrameContent) => void) | undefined;
  /** In how many places the words were found. */
  onFound?: ((count: number) => void) | undefined;
  /** The pointer or the focus is on a link, or on none. */
  onPoint?: ((url: string | undefined) => void) | undefined;
  onOpen?: ((url: string, words: string) => void) | undefined;
  /** Key strokes inside the frame, which the page does not see; true when it was a command. */
  onStroke?: ((stroke: KeyStroke) => boolean) | undefined;
};

type ShownMessage = SanitisedMessage & {
  isShownDark: boolean;
  /** The quotation at its end. */
  quote: readonly HTMLElement[];
  /** It is left out. */
  isFolded: boolean;
};

const NO_PICTURES = {};
/** Until it is known what the message looks like. */
const PAPER = 'message-frame message-frame-paper';
/** The theme's own surface and ink, for a theme that is not the one of the window. */
const DARK = { paper: '#1f1e1b', text: '#edeae4', link: '#82cfb4' };
const LIGHT = { paper: '#fff', text: '#211f1b', link: '#17614c' };

function linkAt(target: EventTarget | null, frame: StyleWindow): HTMLAnchorElement | undefined {
  const link = target instanceof frame.Element ? target.closest('a[href]') : null;
  return link instanceof frame.HTMLAnchorElement ? link : undefined;
}

/** Listens from outside: the frame itself runs no script. No link is ever followed there. */
function listenIn(frame: StyleWindow, props: () => MailFrameProps, isShownDark: () => boolean): void {
  const page = frame.document;
  // The event of a picture does not bubble.
  page.addEventListener(
    'load',
    ({ target }) => {
      if (isShownDark() && target instanceof frame.HTMLImageElement) givePlate(target);
    },
    true,
  );
  const point = (event: Event): void => props().onPoint?.(linkAt(event.target, frame)?.href);
  const leave = (): void => props().onPoint?.(undefined);
  const open = (event: Event): void => {
    const link = linkAt(event.target, frame);
    if (!link) return;
    event.preventDefault();
    props().onOpen?.(link.href, link.textContent);
  };
  page.addEventListener('mouseover', point);
  page.addEventListener('focusin', point);
  page.addEventListener('mouseout', leave);
  page.addEventListener('focusout', leave);
  page.addEventListener('click', open);
  page.addEventListener('auxclick', open);
  page.addEventListener('dragstart', (event) => event.preventDefault());
  page.addEventListener('keydown', (event) => {
    if (props().onStroke?.(event)) event.preventDefault();
  });
}

/** On which paper and with which ink: the theme's surface when there is nothing against it. */
function lookOf(
  place: HTMLElement,
  isDark: boolean,
  scheme: MailFrameProps['scheme'],
  hasColours: boolean,
): { look: FrameLook; isOnTheme: boolean } {
  const isShownDark = scheme === undefined ? isDark && !hasColours : scheme === 'dark';
  const isOnTheme = isShownDark === isDark;
  if (!isOnTheme) {
    const colours = isShownDark ? DARK : LIGHT;
    return { look: { ...colours, isDark: isShownDark, isPadded: true }, isOnTheme };
  }
  const theme = getComputedStyle(place);
  const isMade = hasColours && !isShownDark;
  return {
    look: {
      text: isMade ? LIGHT.text : theme.getPropertyValue('--text'),
      link: isMade ? LIGHT.link : theme.getPropertyValue('--accent-text'),
      paper: 'transparent',
      isDark: isShownDark,
      isPadded: false,
    },
    isOnTheme,
  };
}

/** The HTML of one message in a frame without script, network or access to this page. As high as what it shows. */
export function MailFrame(props: MailFrameProps): ReactNode {
  const {
    html,
    inlineImages,
    pictures = NO_PICTURES,
    isDark,
    scheme,
    zoom = 1,
    find,
    isQuoteFolded = false,
  } = props;
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<HTMLIFrameElement>(undefined);
  const message = useRef<ShownMessage>(undefined);
  const adjust = useRef<() => void>(undefined);
  const [filled, setFilled] = useState(0);
  /** The document of the frame, once it has been loaded. */
  const [page, setPage] = useState<Document>();
  const newest = useRef(props);
  useLayoutEffect(() => {
    newest.current = props;
  });

  useLayoutEffect(() => {
    if (!place.current) return;
    const { iframe, isLoaded } = takeFrame(place.current);
    iframe.className = PAPER;
    shown.current = iframe;
    const load = (): void => setPage(iframe.contentDocument ?? undefined);
    // Not in a later turn, before which an empty frame would be painted.
    iframe.addEventListener('load', () => flushSync(load));
    if (isLoaded) load();
    return () => {
      shown.current = undefined;
      iframe.remove();
    };
  }, []);
  useLayoutEffect(() => {
    if (shown.current) shown.current.title = props.title;
  }, [props.title]);
  useLayoutEffect(() => {
    if (!page) return;
    listenIn(
      page.defaultView as StyleWindow,
      () => newest.current,
      () => message.current?.isShownDark === true,
    );
  }, [page]);

  // Before anything is painted: the reader sees the message at once, with all that is said about it.
  useLayoutEffect(() => {
    const iframe = shown.current;
    const frame = page?.defaultView as StyleWindow | null | undefined;
    if (!iframe || !frame) return;
    const clean = sanitise(html, inlineImages, frame, {
      pictures: newest.current.pictures ?? NO_PICTURES,
      isDark: scheme === 'dark',
    });
    const { look, isOnTheme } = lookOf(iframe, isDark, scheme, clean.hasColours);
    iframe.className = isOnTheme ? 'message-frame' : PAPER;
    fillFrame(frame, clean, look);
    const quote = newest.current.isQuoteFolded === undefined ? [] : quotedPartOf(frame.document.body);
    const isFolded = newest.current.isQuoteFolded === true;
    const now = { ...clean, isShownDark: look.isDark, quote, isFolded };
    message.current = now;
    fold(now, isFolded);
    tell(now, newest.current);
    const sizes = (): string => `${iframe.clientWidth} ${frame.document.body.offsetHeight}`;
    let fitted = '';
    adjust.current = () => {
      fitFrame(frame, newest.current.zoom);
      iframe.style.height = `${measureFrame(frame)}px`;
      fitted = sizes();
    };
    adjust.current();
    setFilled((before) => before + 1);
    // It tells of the sizes that are there already, too.
    const observer = new ResizeObserver(() => {
      if (sizes() !== fitted) adjust.current?.();
    });
    observer.observe(frame.document.body);
    observer.observe(iframe);
    return () => observer.disconnect();
  }, [html, inlineImages, isDark, scheme, page]);

  useEffect(() => {
    const now = message.current;
    if (!now || now.isFolded === isQuoteFolded) return;
    now.isFolded = isQuoteFolded;
    fold(now, isQuoteFolded);
    adjust.current?.();
  }, [isQuoteFolded]);

  // Later pictures go into their places: the words around them keep their selection.
  useEffect(() => {
    const now = message.current;
    if (!now || filled === 0) return;
    const before = now.remote.size;
    if (showPictures(now, pictures) !== before) tell(now, newest.current);
  }, [pictures, filled]);

  const zoomed = useRef(zoom);
  useEffect(() => {
    if (zoomed.current === zoom) return;
    zoomed.current = zoom;
    adjust.current?.();
  }, [zoom]);

  useEffect(() => {
    const frame = shown.current?.contentWindow as StyleWindow | null | undefined;
    if (!frame || filled === 0) return;
    if (find === undefined) return;
    const ranges = findRanges(frame.document.body, find.query);
    markFound(frame, ranges, find.at);
    newest.current.onFound?.(ranges.length);
    return () => markFound(frame, [], 0);
  }, [find, filled]);

  useEffect(() => void loadDomains().catch(() => undefined), []);

  return <div ref={place} />;
}

function tell(
  { blockedCount, remote, hasColours, isCut, quote }: ShownMessage,
  { onContent }: MailFrameProps,
): void {
  onContent?.({ blockedCount, remotePictures: remote.size, hasColours, isCut, hasQuote: quote.length > 0 });
}

function fold({ quote }: ShownMessage, isFolded: boolean): void {
  for (const one of quote) {
    if (isFolded) one.style.setProperty('display', 'none', 'important');
    else one.style.removeProperty('display');
  }
}
