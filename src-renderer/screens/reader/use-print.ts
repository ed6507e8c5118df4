import { type RefObject, useCallback } from 'react';
import type { Address, Attachment, MessageSummary } from '../../../src-shared/model/message.ts';
import type { MessageBody } from '../../../src-shared/model/message-body.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { showToast } from '../../components/toast.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { type Paper, writePaper } from '../../html/paper-document.ts';
import { formatBytes, formatDateTime, t } from '../../i18n/i18n.ts';
import { attachmentName, filesOf } from './attachment-words.ts';
import type { ReaderTools } from './reader-tools.ts';
import { isolate, showSigns } from './visible-signs.ts';

/** What is shown of a message: its body, and the pictures of the web that were loaded. */
export type ShownContent = { body: MessageBody; pictures: Readonly<Record<string, string>> };

/** Letters of a source, as in the reader. */
const SOURCE_PRINTED = 100_000;
const MOST_PEOPLE = 50;
const NO_PICTURES = {};

/** Prints one message of those that are open, as a document of its own. `shown` holds nothing while its body is not here. */
export function usePrint(
  place: RefObject<HTMLElement | null>,
  shown: RefObject<ShownContent | undefined>,
  message: MessageSummary,
  { onFailure }: Pick<ReaderTools, 'onFailure'>,
): (as: 'paper' | 'pdf') => void {
  const backend = useBackend();
  return useCallback(
    (as: 'paper' | 'pdf') => {
      void (async () => {
        const { messageId } = message;
        let content = shown.current;
        if (!content) {
          const body = await backend.request('messages.getBody', { messageId });
          if (!body.ok) return onFailure(body);
          content = { body: body.value, pictures: NO_PICTURES };
        }
        const cards = [...(place.current?.querySelectorAll('.card') ?? [])];
        const paper = paperOf(message, content, cards);
        const html = await writePaper(paper);
        const result = await backend.request('messages.print', {
          as,
          title: paper.title.slice(0, 300),
          html,
        });
        onFailure(result.ok ? undefined : result);
        if (result.ok && result.value.printed && as === 'pdf') showToast({ text: t('reader.pdf-saved') });
      })();
    },
    [backend, place, shown, message, onFailure],
  );
}

function paperOf(
  message: MessageSummary,
  { body, pictures }: ShownContent,
  cards: readonly Element[],
): Paper {
  const { documentElement } = document;
  const text = body.text ?? '';
  const lines = [
    { label: t('reader.head-from'), values: sayPeople(message.from) },
    { label: t('reader.head-to'), values: sayPeople(message.to) },
    { label: t('reader.head-cc'), values: sayPeople(message.cc) },
    { label: t('reader.head-date'), values: [formatDateTime(message.date)] },
    { label: t('reader.attachments-name'), values: filesOf(body).map(sayFile) },
  ];
  return {
    lang: documentElement.lang,
    dir: documentElement.dir,
    title: cleanLine(message.subject) || t('list.no-subject'),
    lines: lines.filter(({ values }) => values.length > 0),
    cards,
    html: body.isSource ? undefined : body.html,
    text: body.isSource ? text.slice(0, SOURCE_PRINTED) : text,
    inlineImages: body.inlineImages,
    pictures,
    cutNote: t('reader.too-complex'),
  };
}

/** In one paragraph: a list of hundreds would be pages long. */
function sayPeople(people: readonly Address[]): string[] {
  if (people.length === 0) return [];
  const names = people.slice(0, MOST_PEOPLE).map(sayPerson).join(', ');
  return [
    people.length > MOST_PEOPLE ? t('people.more', { names, count: people.length - MOST_PEOPLE }) : names,
  ];
}

/** The address always, and a name that is none: one that is an address may be another's. */
function sayPerson({ name, address }: Address): string {
  const words = cleanLine(name);
  const signs = showSigns(address);
  if (words === '' || words.includes('@')) return signs === '' ? t('people.unknown-sender') : signs;
  return `${isolate(words)} ${isolate(`<${address}>`)}`;
}

function sayFile(attachment: Attachment): string {
  return `${isolate(attachmentName(attachment))} (${formatBytes(attachment.size)})`;
}
