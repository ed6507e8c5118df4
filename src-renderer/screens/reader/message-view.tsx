import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { MessageSummary } from '../../../src-shared/model/message.ts';
import type { KeyStroke } from '../../commands/keys.ts';
import { Avatar } from '../../components/avatar.tsx';
import {
  isOrganisation,
  isOwn,
  type PeopleWords,
  recipientsText,
  senderNameOf,
} from '../../components/people-words.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDateTime, formatList, formatMessageDate, formatShortDate, t } from '../../i18n/i18n.ts';
import { MessageContent } from './message-content.tsx';
import type { LinkHandlers } from './use-links.ts';

export type MessageViewProps = {
  message: MessageSummary;
  isOpen: boolean;
  /** Whether it can be folded: not when it is the only one. */
  canFold: boolean;
  onToggle: () => void;
  ownAddresses: ReadonlySet<string>;
  isDark: boolean;
  links: LinkHandlers;
  onStroke: (stroke: KeyStroke) => boolean;
};

const NOBODY = { name: '', address: '' };

function peopleWords(): PeopleWords {
  return {
    you: t('people.you'),
    nobody: t('people.nobody'),
    list: formatList,
    more: (names, count) => t('people.more', { names, count }),
  };
}

function MessageDate({ time }: { time: number }): ReactNode {
  return (
    <time className="message-date" dateTime={new Date(time).toISOString()} title={formatDateTime(time)}>
      {formatMessageDate(time)}
    </time>
  );
}

function FoldedMessage({ message, onToggle, ownAddresses }: MessageViewProps): ReactNode {
  const sender = message.from[0] ?? NOBODY;
  const name = senderNameOf(sender) || t('people.unknown-sender');
  return (
    <AriaButton className="old-message" aria-expanded={false} onPress={onToggle}>
      <Avatar name={name} size={24} shape={isOrganisation(sender) ? 'square' : 'round'} />
      <span className="who med cut" dir="auto">
        {isOwn(sender, ownAddresses) ? t('people.you-alone') : name}
      </span>
      <span className="grow cut c3" dir="auto">
        {cleanLine(message.preview)}
      </span>
      <MessageDate time={message.date} />
    </AriaButton>
  );
}

/** One message of a thread: a line while it is folded, else its sender, its content and its attachments. */
export function MessageView(props: MessageViewProps): ReactNode {
  const { message, isOpen, canFold, onToggle, ownAddresses } = props;
  if (!isOpen) return <FoldedMessage {...props} />;
  const sender = message.from[0] ?? NOBODY;
  const name = senderNameOf(sender) || t('people.unknown-sender');
  const recipients = recipientsText([...message.to, ...message.cc], ownAddresses, peopleWords());
  const address = cleanLine(sender.address);
  return (
    <article aria-label={t('reader.message-name', { name, date: formatShortDate(message.date) })}>
      <header className="sender">
        <Avatar name={name} size={40} shape={isOrganisation(sender) ? 'square' : 'round'} />
        <div className="grow">
          <div className="sender-line">
            <span className="strong cut" dir="auto">
              {name}
            </span>
            {address !== name && (
              <span className="c3 cut address" dir="auto">
                {address}
              </span>
            )}
          </div>
          <div className="t12 c3 cut" dir="auto">
            {t('people.to', { names: recipients })}
          </div>
        </div>
        {canFold ? (
          <AriaButton aria-expanded={true} onPress={onToggle}>
            <span className="visually-hidden">{t('reader.fold')} </span>
            <MessageDate time={message.date} />
          </AriaButton>
        ) : (
          <MessageDate time={message.date} />
        )}
      </header>
      <MessageContent
        messageId={message.messageId}
        isDark={props.isDark}
        links={props.links}
        onStroke={props.onStroke}
      />
    </article>
  );
}
