import { type ReactNode, useCallback, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { MessageSummary } from '../../../src-shared/model/message.ts';
import { useCommands } from '../../commands/use-commands.ts';
import { Avatar } from '../../components/avatar.tsx';
import { isOrganisation, isOwn, senderNameOf } from '../../components/people-words.ts';
import { cleanLine } from '../../html/clean-line.ts';
import type { FrameContent } from '../../html/mail-frame.tsx';
import { formatShortDate, t } from '../../i18n/i18n.ts';
import type { Find } from './found-in-page.ts';
import { MessageContent } from './message-content.tsx';
import { MessageDate } from './message-date.tsx';
import { messageItems } from './message-menu.ts';
import type { ReaderTools } from './reader-tools.ts';
import { SenderCard } from './sender-card.tsx';
import { type ShownContent, usePrint } from './use-print.ts';

export type MessageViewProps = {
  message: MessageSummary;
  isOpen: boolean;
  /** Whether it can be folded: not when it is the only one. */
  canFold: boolean;
  /** Whether it is the one that the keys act on. */
  isNewest: boolean;
  onToggle: () => void;
  tools: ReaderTools;
  find: Find | undefined;
  onFound: (messageId: MessageId, count: number) => void;
};

const NOBODY = { name: '', address: '' };

function FoldedMessage({ message, onToggle, tools }: MessageViewProps): ReactNode {
  const sender = message.from[0] ?? NOBODY;
  const name = senderNameOf(sender) || t('people.unknown-sender');
  return (
    <AriaButton className="old-message" aria-expanded={false} onPress={onToggle}>
      <Avatar name={name} size={24} shape={isOrganisation(sender) ? 'square' : 'round'} />
      <span className="who med cut" dir="auto">
        {isOwn(sender, tools.ownAddresses) ? t('people.you-alone') : name}
      </span>
      <span className="grow cut c3" dir="auto">
        {cleanLine(message.preview)}
      </span>
      <MessageDate time={message.date} />
    </AriaButton>
  );
}

function OpenMessage(props: MessageViewProps): ReactNode {
  const { message, canFold, isNewest, onToggle, onFound, tools } = props;
  const { messageId } = message;
  const place = useRef<HTMLElement>(null);
  const content = useRef<FrameContent>(undefined);
  const shown = useRef<ShownContent>(undefined);
  const [scheme, setScheme] = useState<'light' | 'dark'>();
  const print = usePrint(place, shown, message, tools);
  const name = senderNameOf(message.from[0] ?? NOBODY) || t('people.unknown-sender');
  const trust = tools.trust.of(messageId);
  const isShownDark = (scheme ?? (tools.isMailDark ? 'dark' : 'light')) === 'dark';
  const answerList = trust?.listPost !== undefined;
  useCommands(
    {
      print: () => print('paper'),
      'save-pdf': () => print('pdf'),
      'forward-attached': () => tools.onCompose({ basedOn: { messageId, as: 'forward-attached' } }),
      'edit-as-new': () => tools.onCompose({ basedOn: { messageId, as: 'new' } }),
      ...(answerList && {
        'reply-list': () => tools.onCompose({ basedOn: { messageId, as: 'reply-list' } }),
      }),
    },
    isNewest && tools.isActive,
  );
  return (
    <article
      ref={place}
      className="message"
      aria-label={t('reader.message-name', { name, date: formatShortDate(message.date) })}
    >
      <SenderCard
        message={message}
        tools={tools}
        onFold={canFold ? onToggle : undefined}
        items={() =>
          messageItems(message, trust, {
            tools,
            onPrint: print,
            scheme: tools.isDark && content.current?.hasColours ? { isShownDark, set: setScheme } : undefined,
          })
        }
      />
      <MessageContent
        message={message}
        tools={tools}
        isNewest={isNewest}
        scheme={scheme}
        find={props.find}
        shown={shown}
        onFound={useCallback((count) => onFound(messageId, count), [onFound, messageId])}
        onContent={(now) => {
          content.current = now;
        }}
      />
    </article>
  );
}

/** One message of a thread: a line while it is folded, else its sender, its content and its attachments. */
export function MessageView(props: MessageViewProps): ReactNode {
  return props.isOpen ? <OpenMessage {...props} /> : <FoldedMessage {...props} />;
}
