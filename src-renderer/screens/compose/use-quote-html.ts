import { useEffect, useRef } from 'react';
import { useBackend } from '../../backend/backend-context.tsx';
import { blobOf } from '../../editor/picture-blob.ts';
import { makeQuoteHtml } from '../../html/quote-html.ts';
import type { Attachments } from './use-attachments.ts';
import type { WrittenDraft } from './use-draft.ts';

/**
 * Gives a formatted answer the look of what it quotes: made once, kept with the draft together with its pictures.
 * Answers with a function that waits until that is done; without HTML the text is quoted.
 */
export function useQuoteHtml(
  draft: WrittenDraft,
  isRich: boolean,
  keepPicture: Attachments['keepPicture'],
): () => Promise<void> {
  const backend = useBackend();
  const running = useRef<Promise<void>>(undefined);
  const newest = useRef({ draft, keepPicture });
  useEffect(() => {
    newest.current = { draft, keepPicture };
  });
  const quote = draft.fields?.quote;
  const messageId = isRich && quote && quote.html === undefined ? quote.messageId : undefined;
  useEffect(() => {
    if (messageId === undefined || running.current) return;
    const make = async (): Promise<void> => {
      const body = await backend.request('messages.getBody', { messageId });
      if (!body.ok || body.value.html === undefined) return;
      const made = await makeQuoteHtml(body.value.html, body.value.inlineImages, async (url) => {
        const picture = blobOf(url);
        return picture && newest.current.keepPicture(picture, '', { isOwn: false });
      });
      if (!made) return;
      newest.current.draft.change(
        (before) =>
          before.quote?.messageId === messageId
            ? { ...before, quote: { ...before.quote, html: made.html } }
            : before,
        { isOwn: false },
      );
    };
    running.current = make();
  }, [backend, messageId]);
  return async () => running.current;
}
