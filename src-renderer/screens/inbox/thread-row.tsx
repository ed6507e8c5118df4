import { memo, type ReactNode } from 'react';
import type { ThreadRow } from '../../../src-shared/model/thread.ts';
import { baseSubject } from '../../../src-shared/text/subject.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Icon } from '../../components/icon.tsx';
import { isOrganisation, senderNameOf } from '../../components/people-words.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { formatShortDate, t } from '../../i18n/i18n.ts';
import { facePersonOf, participantsText } from './row-words.ts';
import { cutAtWords } from './search-words.ts';

export type ThreadRowProps = {
  row: ThreadRow;
  index: number;
  count: number;
  isOpen: boolean;
  isPicked: boolean;
  isCursor: boolean;
  isCompact: boolean;
  ownAddresses: ReadonlySet<string>;
  /** The account's name, in a list of several accounts. */
  tag: string | undefined;
  /** Words to mark where they stand, in a list of what was found. */
  marked: readonly string[];
  /** When it began: the words for a date are other ones tomorrow. */
  today: number;
  onFocus: (index: number) => void;
};

/** Text with the searched words marked. */
function Marked({ text, words }: { text: string; words: readonly string[] }): ReactNode {
  if (words.length === 0) return text;
  let at = 0;
  return cutAtWords(text, words).map((piece, index) => {
    at += piece.length;
    return index % 2 === 1 ? <mark key={at}>{piece}</mark> : piece;
  });
}

/**
 * One thread in the list: who, when, about what. Keys and presses are the list's, which knows what stands above and below. The others are
 * not drawn again when one of them is opened.
 */
export const ThreadRowView = memo(function ThreadRowView(props: ThreadRowProps): ReactNode {
  const { row, index, count, isOpen, isPicked, isCursor, isCompact, ownAddresses, tag } = props;
  const people = participantsText(row.participants, row.recipients, ownAddresses, {
    you: t('people.you'),
    youAlone: t('people.you-alone'),
    unknown: t('people.unknown-sender'),
    to: (names) => t('people.row-to', { names }),
  });
  const face = facePersonOf(row.participants, row.recipients, ownAddresses);
  const subject = baseSubject(cleanLine(row.subject)) || t('list.no-subject');
  const date = formatShortDate(row.date);
  const paperclip = row.hasAttachments && (
    <>
      <Icon name="paperclip" size={14} />
      <span className="visually-hidden">{t('list.has-attachment')}</span>
    </>
  );
  const names = [
    'thread',
    row.isUnread ? 'thread-unread' : '',
    isOpen ? 'thread-open' : '',
    isPicked ? 'thread-picked' : '',
  ];
  return (
    <div
      role="option"
      className={names.filter((each) => each !== '').join(' ')}
      aria-selected={isPicked || isOpen}
      aria-setsize={count}
      aria-posinset={index + 1}
      data-index={index}
      tabIndex={isCursor ? 0 : -1}
      onFocus={() => props.onFocus(index)}
    >
      <span className="thread-mark">
        {row.isUnread && (
          <>
            <i className="dot" />
            <span className="visually-hidden">{t('list.is-unread')}</span>
          </>
        )}
      </span>
      {!isCompact &&
        (isPicked ? (
          <span className="avatar avatar-picked">
            <Icon name="check" />
          </span>
        ) : (
          <Avatar name={senderNameOf(face)} shape={isOrganisation(face) ? 'square' : 'round'} />
        ))}
      <div className="grow">
        <div className="thread-line">
          <span className="thread-people cut" dir="auto">
            <Marked text={people} words={props.marked} />
          </span>
          {row.count > 1 && <span className="thread-count">{row.count}</span>}
          <span className="grow" />
          {row.isStarred && (
            <>
              <Icon name="star" size={14} isSolid className="star" />
              <span className="visually-hidden">{t('list.is-starred')}</span>
            </>
          )}
          {isCompact && paperclip}
          <span className="thread-date">{date}</span>
        </div>
        <div className="thread-line">
          <span className="thread-subject cut" dir="auto">
            <Marked text={subject} words={props.marked} />
          </span>
          {!isCompact && paperclip}
        </div>
        {!isCompact && (
          <div className="thread-line">
            <span className="thread-preview cut" dir="auto">
              <Marked text={cleanLine(row.preview)} words={props.marked} />
            </span>
            {tag !== undefined && <span className="thread-tag">{tag}</span>}
          </div>
        )}
      </div>
    </div>
  );
});
