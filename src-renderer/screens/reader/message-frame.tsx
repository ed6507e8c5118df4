import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { KeyStroke } from '../../commands/keys.ts';
import { fillFrame, fitFrame, measureFrame } from '../../html/frame-document.ts';
import { sanitise } from '../../html/sanitise.ts';
import type { StyleWindow } from '../../html/style-sheets.ts';
import { t } from '../../i18n/i18n.ts';
import type { LinkHandlers } from './use-links.ts';

export type MessageFrameProps = {
  html: string;
  inlineImages: Readonly<Record<string, string>>;
  isDark: boolean;
  links: LinkHandlers;
  onBlocked: (count: number) => void;
  /** Key strokes inside the frame, which the page does not see; true when it was a command. */
  onStroke: (stroke: KeyStroke) => boolean;
};

function linkAt(target: EventTarget | null, frame: StyleWindow): HTMLAnchorElement | undefined {
  const link = target instanceof frame.Element ? target.closest('a[href]') : null;
  return link instanceof frame.HTMLAnchorElement ? link : undefined;
}

/** Listens from outside: the frame itself runs no script. No link is ever followed there. */
function listenIn(frame: StyleWindow, props: () => MessageFrameProps): void {
  const page = frame.document;
  const point = (event: Event): void => {
    const link = linkAt(event.target, frame);
    if (link) props().links.onPoint(link.href);
    else props().links.onPoint(undefined);
  };
  const leave = (): void => props().links.onPoint(undefined);
  const open = (event: Event): void => {
    const link = linkAt(event.target, frame);
    if (!link) return;
    event.preventDefault();
    props().links.onOpen(link.href, link.textContent);
  };
  page.addEventListener('mouseover', point);
  page.addEventListener('focusin', point);
  page.addEventListener('mouseout', leave);
  page.addEventListener('focusout', leave);
  page.addEventListener('click', open);
  page.addEventListener('auxclick', open);
  page.addEventListener('dragstart', (event) => event.preventDefault());
  page.addEventListener('keydown', (event) => {
    if (props().onStroke(event)) event.preventDefault();
  });
}

/** The HTML of one message in a frame without script, network or access to this page. As high as what it shows. */
export function MessageFrame(props: MessageFrameProps): ReactNode {
  const { html, inlineImages, isDark } = props;
  const place = useRef<HTMLIFrameElement>(null);
  const [isReady, setIsReady] = useState(false);
  const [hasPaper, setHasPaper] = useState(true);
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
  });

  useEffect(() => {
    const iframe = place.current;
    const frame = iframe?.contentWindow as StyleWindow | null | undefined;
    if (!isReady || !iframe || !frame) return;
    const message = sanitise(html, inlineImages, frame);
    const ink = getComputedStyle(document.documentElement);
    setHasPaper(message.hasColours);
    const isOnTheme = isDark && !message.hasColours;
    fillFrame(frame, message, {
      text: message.hasColours ? '#211f1b' : ink.getPropertyValue('--text'),
      link: message.hasColours ? '#17614c' : ink.getPropertyValue('--accent-text'),
      isDark: isOnTheme,
      isPadded: isDark && message.hasColours,
    });
    newest.current.onBlocked(message.blockedCount);
    const adjust = (): void => {
      fitFrame(frame);
      iframe.style.height = `${measureFrame(frame)}px`;
    };
    adjust();
    const observer = new ResizeObserver(adjust);
    observer.observe(frame.document.body);
    observer.observe(iframe);
    return () => observer.disconnect();
  }, [html, inlineImages, isDark, isReady]);

  const load = (): void => {
    const frame = place.current?.contentWindow as StyleWindow | null | undefined;
    if (!frame) return;
    listenIn(frame, () => newest.current);
    setIsReady(true);
  };
  return (
    <iframe
      ref={place}
      className={hasPaper ? 'message-frame message-frame-paper' : 'message-frame'}
      title={t('reader.frame')}
      src="./message-frame.html"
      sandbox="allow-same-origin"
      referrerPolicy="no-referrer"
      onLoad={load}
    />
  );
}
