import { Fragment, type ReactNode, useMemo, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Icon } from '../../components/icon.tsx';
import { Note } from '../../components/note.tsx';
import { linkify } from '../../html/linkify.ts';
import type { TextBlock } from '../../html/quoted-text.ts';
import { layOutText, paragraphsOf } from '../../html/text-layout.ts';
import { t } from '../../i18n/i18n.ts';
import type { LinkHandlers } from './use-links.ts';

/** Text with its web and mail addresses as links; text nodes only. */
export function Linked({ text, links }: { text: string; links: LinkHandlers }): ReactNode {
  const segments = useMemo(() => {
    let at = 0;
    return linkify(text).map((segment) => {
      at += segment.text.length;
      return { segment, key: at };
    });
  }, [text]);
  return segments.map(({ segment, key }) =>
    segment.kind === 'text' ? (
      <Fragment key={key}>{segment.text}</Fragment>
    ) : (
      <a
        key={key}
        href={segment.url}
        onMouseEnter={() => links.onPoint(segment.url)}
        onMouseLeave={() => links.onPoint(undefined)}
        onFocus={() => links.onPoint(segment.url)}
        onBlur={() => links.onPoint(undefined)}
        onClick={(event) => {
          event.preventDefault();
          links.onOpen(segment.url, segment.text);
        }}
      >
        {segment.text}
      </a>
    ),
  );
}

/** What opens and folds a quotation. */
export function QuoteFold({ isOpen, onToggle }: { isOpen: boolean; onToggle: () => void }): ReactNode {
  return (
    <AriaButton className="fold" aria-expanded={isOpen} onPress={onToggle}>
      <Icon name={isOpen ? 'chevron-up' : 'more'} size={14} />
      {isOpen ? t('reader.hide-quoted') : t('reader.show-quoted')}
    </AriaButton>
  );
}

function Quoted({ text, links }: { text: string; links: LinkHandlers }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className="fold-place">
      <QuoteFold isOpen={isOpen} onToggle={() => setIsOpen(!isOpen)} />
      {isOpen && (
        <p className="quoted" dir="auto">
          <Linked text={text} links={links} />
        </p>
      )}
    </div>
  );
}

function Paragraphs({ text, links }: { text: string; links: LinkHandlers }): ReactNode {
  let at = 0;
  return paragraphsOf(text).map((paragraph) => {
    at += paragraph.length + 1;
    return (
      <p key={at} dir="auto">
        <Linked text={paragraph} links={links} />
      </p>
    );
  });
}

function Block({
  block,
  isOnly,
  links,
}: {
  block: TextBlock;
  isOnly: boolean;
  links: LinkHandlers;
}): ReactNode {
  if (block.kind === 'quoted' && !isOnly) return <Quoted text={block.text} links={links} />;
  if (block.kind === 'own') return <Paragraphs text={block.text} links={links} />;
  return (
    <p className={block.kind === 'signature' ? 'c3' : ''} dir="auto">
      <Linked text={block.text} links={links} />
    </p>
  );
}

/** A plain-text body: text nodes only, quotations folded, links with their own address as words. */
export function PlainText({
  text,
  links,
  zoom,
}: {
  text: string;
  links: LinkHandlers;
  /** 1 is its own size. */
  zoom: number;
}): ReactNode {
  const { blocks, isUndivided, isCut } = useMemo(() => {
    const layout = layOutText(text);
    let at = 0;
    const blocks = layout.blocks.map((block) => {
      at += block.text.length + 1;
      return { block, key: at };
    });
    return { ...layout, blocks };
  }, [text]);
  return (
    <div className="message-body" {...(zoom === 1 ? {} : { style: { zoom } })}>
      {isCut && <Note icon="alert">{t('reader.source-truncated')}</Note>}
      {blocks.map(({ block, key }) =>
        isUndivided ? (
          <p key={key} dir="auto">
            {block.text}
          </p>
        ) : (
          <Block key={key} block={block} isOnly={blocks.length === 1} links={links} />
        ),
      )}
    </div>
  );
}
