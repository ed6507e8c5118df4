import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { DraftAttachment, DraftQuote } from '../../../src-shared/model/draft.ts';
import type { DraftId } from '../../../src-shared/model/ids.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { QuoteFrame } from '../../html/quote-frame.tsx';
import { t } from '../../i18n/i18n.ts';

export type QuoteFoldProps = {
  draftId: DraftId;
  quote: DraftQuote;
  attachments: readonly DraftAttachment[];
  isDark: boolean;
  /** Whether it goes as it looks; else as plain text. */
  isRich: boolean;
  onRemove: () => void;
  onWriteBetween: () => void;
};

const NO_PICTURES: Readonly<Record<string, string>> = {};

/** What is answered or passed on, folded. Opened, it shows what the receivers will see. */
export function QuoteFold(props: QuoteFoldProps): ReactNode {
  const { quote, isDark, isRich, onRemove, onWriteBetween } = props;
  const [isOpen, setIsOpen] = useState(false);
  const pictures = useQuotePictures(props, isOpen && isRich);
  const section = useRef<HTMLElement>(null);
  // In a low window what opens would stand below its edge, as if nothing had happened.
  useEffect(() => {
    if (isOpen) section.current?.scrollIntoView({ block: 'start' });
  }, [isOpen]);
  const lines = quote.text.trim() === '' ? 0 : quote.text.trim().split('\n').length;
  return (
    <section ref={section} className="compose-quote" aria-label={t('compose.quoteOf')}>
      <div className="row">
        <button
          type="button"
          className="compose-fold"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          <span aria-hidden="true">···</span>
          {t('compose.quoted', { count: lines })}
        </button>
        {isOpen && (
          <>
            <Button variant="quiet" size="small" onPress={onWriteBetween}>
              {t('compose.writeBetween')}
            </Button>
            <Button variant="quiet" size="small" onPress={onRemove}>
              {t('compose.removeQuote')}
            </Button>
          </>
        )}
      </div>
      {isOpen && (
        <>
          <p className="compose-intro c2" dir="auto">
            {quote.intro}
          </p>
          {isRich && quote.html !== undefined ? (
            pictures && <QuoteFrame html={quote.html} pictures={pictures} isDark={isDark} />
          ) : (
            <div className="compose-quoted selectable" dir="auto">
              {quote.text}
            </div>
          )}
        </>
      )}
    </section>
  );
}

/** The pictures that the quotation names, when it is shown; undefined until they are here. */
function useQuotePictures(
  { draftId, quote, attachments }: QuoteFoldProps,
  isShown: boolean,
): Readonly<Record<string, string>> | undefined {
  const backend = useBackend();
  const [pictures, setPictures] = useState<Readonly<Record<string, string>>>();
  const html = quote.html ?? '';
  const named = attachments.filter(
    ({ contentId }) => contentId !== undefined && html.includes(encodeURIComponent(contentId)),
  );
  const parts = named.map(({ part, contentId }) => `${part} ${contentId}`).join('\n');
  useEffect(() => {
    if (!isShown) return;
    if (parts === '') {
      setPictures(NO_PICTURES);
      return;
    }
    let isGone = false;
    const asked = parts.split('\n').map(async (line) => {
      const [part, contentId = ''] = line.split(' ');
      const result = await backend.request('drafts.getPicture', { draftId, part: Number(part) });
      return [contentId, result.ok ? result.value.url : ''] as const;
    });
    void Promise.all(asked).then((all) => {
      if (!isGone) setPictures(Object.fromEntries(all.filter(([, url]) => url !== '')));
    });
    return () => {
      isGone = true;
    };
  }, [backend, draftId, isShown, parts]);
  return pictures;
}
