import { type ReactNode, useId, useState } from 'react';
import type { Address } from '../../../src-shared/model/message.ts';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/select.tsx';
import { t } from '../../i18n/i18n.ts';
import {
  addRecipients,
  commitTyping,
  type DraftFields,
  isBadRecipient,
  moveRecipient,
  RECIPIENT_FIELDS,
  type RecipientField,
  type SendObstacle,
} from './draft-fields.ts';
import { RecipientsRow, type RecipientsRowProps } from './recipients-row.tsx';
import { type Sender, senderLabel, senderOf, sendersOf } from './senders.ts';

export type ComposeHeadProps = {
  fields: DraftFields;
  onChange: (next: (fields: DraftFields) => DraftFields) => void;
  onSender: (next: Sender, before: Sender | undefined) => void;
  obstacle: SendObstacle | undefined;
  startsInTo: boolean;
};

/** From, the recipients and the subject. Cc and Bcc appear when they are asked for or filled. */
export function ComposeHead(props: ComposeHeadProps): ReactNode {
  const { fields, onChange, onSender, obstacle, startsInTo } = props;
  const accounts = useRequest('accounts.list', {}, { refetchOn: ['accountsChanged'] });
  const identities = useRequest(
    'identities.list',
    {},
    { refetchOn: ['identitiesChanged', 'accountsChanged'] },
  );
  const addresses = RECIPIENT_FIELDS.flatMap((field) => fields[field].map((one) => one.address));
  const lookalikes = useRequest('contacts.lookalikes', addresses.length > 0 ? { addresses } : undefined, {
    refetchOn: ['contactsChanged'],
  });
  const [asked, setAsked] = useState<readonly RecipientField[]>([]);
  const subjectId = useId();
  const fromId = useId();
  const all = sendersOf(accounts.value ?? [], identities.value ?? [], fields);
  const sender = senderOf(all, fields);
  const state = accounts.value?.find((account) => account.accountId === fields.accountId)?.state;
  const waits = state === 'signed-out' || (state === 'needs-sign-in' && !sender?.hasOwnServer);
  const shows = (field: RecipientField): boolean => asked.includes(field) || fields[field].length > 0;

  const errorOf = (field: RecipientField): string | undefined => {
    if (obstacle === 'recipient-missing' && field === 'to') return t('compose.noRecipient');
    const bad = obstacle === 'recipient-invalid' ? fields[field].find(isBadRecipient) : undefined;
    return bad && t('compose.badRecipient', { address: bad.address });
  };
  const rowOf = (field: RecipientField): RecipientsRowProps => ({
    field,
    label: t(`compose.${field}`),
    people: fields[field],
    typing: fields.typing[field],
    lookalikes: lookalikes.value ?? [],
    onType: (text) => onChange((before) => ({ ...before, typing: { ...before.typing, [field]: text } })),
    onCommit: () => {
      if (fields.typing[field].trim() !== '') onChange((before) => commitTyping(before, field));
    },
    onAdd: (people: readonly Address[]) => onChange((before) => addRecipients(before, field, people)),
    onRemove: (address) =>
      onChange((before) => ({ ...before, [field]: before[field].filter((one) => one.address !== address) })),
    onMove: (address, from, to) => onChange((before) => moveRecipient(before, address, from, to)),
    error: errorOf(field),
  });
  const askButton = (field: 'cc' | 'bcc'): ReactNode =>
    !shows(field) && (
      <Button
        variant="quiet"
        size="small"
        label={t(field === 'cc' ? 'compose.showCc' : 'compose.showBcc')}
        onPress={() => setAsked([...asked, field])}
      >
        {t(field === 'cc' ? 'compose.addCc' : 'compose.addBcc')}
      </Button>
    );

  return (
    <>
      <div className="compose-row">
        <span className="compose-label" id={fromId}>
          {t('compose.from')}
        </span>
        {all.length > 1 ? (
          <div className="compose-from">
            <Select
              label={t('compose.from')}
              isLabelHidden
              value={sender?.value ?? ''}
              onChange={(value) => {
                const picked = all.find((one) => one.value === value);
                if (picked) onSender(picked, sender);
              }}
              options={all.map((one) => ({ value: one.value, label: senderLabel(one, all) }))}
            />
          </div>
        ) : (
          <span className="compose-sender cut" dir="auto">
            {sender?.name && <span className="compose-name">{sender.name}</span>}
            <span className={sender?.name ? 'c3' : ''}>{sender?.address}</span>
          </span>
        )}
        {waits && <span className="warn t12">{t('compose.signedOutHint')}</span>}
      </div>
      <RecipientsRow {...rowOf('to')} autoFocus={startsInTo}>
        <span className="compose-more">
          {askButton('cc')}
          {askButton('bcc')}
        </span>
      </RecipientsRow>
      {shows('cc') && <RecipientsRow {...rowOf('cc')} autoFocus={asked.includes('cc')} />}
      {shows('bcc') && <RecipientsRow {...rowOf('bcc')} autoFocus={asked.includes('bcc')} />}
      <div className="compose-row">
        <label htmlFor={subjectId}>{t('compose.subject')}</label>
        <input
          id={subjectId}
          className="compose-input compose-subject"
          type="text"
          autoComplete="off"
          dir="auto"
          spellCheck={false}
          value={fields.subject}
          onChange={(event) => onChange((before) => ({ ...before, subject: event.target.value }))}
        />
      </div>
    </>
  );
}
