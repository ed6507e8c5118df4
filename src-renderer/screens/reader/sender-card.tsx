import { type ReactNode, useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { MessageSummary } from '../../../src-shared/model/message.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Avatar } from '../../components/avatar.tsx';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu, type MenuItem } from '../../components/menu.tsx';
import { isOrganisation, senderNameOf } from '../../components/people-words.ts';
import { useContextMenu } from '../../components/use-context-menu.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { BulkLine } from './bulk-line.tsx';
import { MessageDate } from './message-date.tsx';
import { personItems } from './person-menu.ts';
import type { ReaderTools } from './reader-tools.ts';
import { ReceiptLine } from './receipt-line.tsx';
import { Recipients } from './recipients.tsx';
import { DoubtNotes, VerdictLine } from './trust-lines.tsx';
import { isolate, showSigns } from './visible-signs.ts';

const NOBODY = { name: '', address: '' };

/** A name that is an address says whose it is not: struck out, beside the address that counts. */
function SenderName({ name, address }: { name: string; address: string }): ReactNode {
  const words = cleanLine(name);
  if (words === '' || words.toLowerCase() === cleanLine(address).toLowerCase()) return null;
  if (!words.includes('@'))
    return (
      <bdi dir="auto" className="strong sender-name">
        {words}
      </bdi>
    );
  return (
    <s className="c3 sender-name">
      <span className="visually-hidden">{t('reader.false-name')} </span>
      <bdi dir="auto">{words}</bdi>
    </s>
  );
}

/** Who sent a message, to whom and when; how far the sender can be believed. The address is always there, whole. */
export function SenderCard({
  message,
  tools,
  items,
  onFold,
}: {
  message: MessageSummary;
  tools: ReaderTools;
  /** What can be done with this message. */
  items: () => readonly MenuItem[];
  /** Absent: it cannot be folded. */
  onFold: (() => void) | undefined;
}): ReactNode {
  const backend = useBackend();
  const sender = message.from[0] ?? NOBODY;
  const name = senderNameOf(sender) || t('people.unknown-sender');
  const address = showSigns(sender.address);
  const isSent = message.mailboxIds.some((id) => tools.sentMailboxes.has(id));
  const trust = isSent ? undefined : tools.trust.of(message.messageId);
  const people = personItems(sender, backend, tools);
  const line = useRef<HTMLDivElement>(null);
  useContextMenu(line, (anchor) => tools.onMenu({ anchor, label: address, items: people }));
  const copy = people.find((one) => one.id === 'copy-address');
  return (
    <>
      <header className="sender">
        <Avatar name={name} size={40} shape={isOrganisation(sender) ? 'square' : 'round'} />
        <div className="grow">
          <div ref={line} className="sender-line">
            <SenderName {...sender} />
            <bdi
              dir="ltr"
              className={
                sender.name.trim() === '' || sender.name.includes('@') ? 'address strong' : 'address c3'
              }
            >
              {address === '' ? t('people.unknown-sender') : address}
            </bdi>
            {copy && (
              <IconButton
                className="copy-address"
                label={t('person.copy')}
                icon="copy"
                size={14}
                onPress={copy.onAction}
              />
            )}
          </div>
          <Recipients message={message} tools={tools} />
          {!isSent && (
            <div className="trust">
              {trust && <VerdictLine trust={trust} tools={tools} />}
              {trust?.isFirst && (
                <div className="trust-line">
                  <Icon name="person" size={14} />
                  <span className="trust-words">{t('trust.first')}</span>
                </div>
              )}
              {trust && <BulkLine trust={trust} tools={tools} />}
              {trust?.asksReceipt && <ReceiptLine message={message} />}
            </div>
          )}
        </div>
        <div className="sender-side">
          {onFold ? (
            <AriaButton className="sender-fold" aria-expanded={true} onPress={onFold}>
              <span className="visually-hidden">{t('reader.fold')} </span>
              <MessageDate time={message.date} />
            </AriaButton>
          ) : (
            <MessageDate time={message.date} />
          )}
          <Menu
            className="message-menu"
            label={t('reader.more-of', { name: isolate(name) })}
            icon="more"
            items={() => [...items(), ...people.map((one, index) => ({ ...one, startsGroup: index === 0 }))]}
          />
        </div>
      </header>
      {trust && <DoubtNotes trust={trust} address={sender.address} />}
    </>
  );
}
