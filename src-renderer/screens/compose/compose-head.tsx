import { type ReactNode, useId, useState } from 'react';
import type { Address } from '../../../src-shared/model/message.ts';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/select.tsx';
import { t } from '../../i18n/i18n.ts';
import {
  commitTyping,
  type DraftFields,
  isBadRecipient,
  type RecipientField,
  type SendObstacle,
} from './draft-fields.ts';
import { RecipientsRow } from './recipients-row.tsx';
import { senderLabel, senderOf, sendersOf, withSender } from './senders.ts';

export type ComposeHeadProps = {
  fields: DraftFields;
  onChange: (next: (fields: DraftFields) => DraftFields) => void;
  obstacle: SendObstacle | undefined;
  startsInTo: boolean;
};

/** From, the recipients and the subject. Cc and Bcc appear when they are asked for or filled. */
export function ComposeHead({ fields, onChange, obstacle, startsInTo }: ComposeHeadProps): ReactNode {
  const accounts = useRequest('accounts.list', {}, { refetchOn: ['accountsChanged'] });
  const identities = useRequest(
    'identities.list',
    {},
    { refetchOn: ['identitiesChanged', 'accountsChanged'] },
  );
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
  const rowOf = (field: RecipientField): Omit<Parameters<typeof RecipientsRow>[0], 'label'> => ({
    people: fields[field],
    typing: fields.typing[field],
    onType: (text) => onChange((before) => ({ ...before, typing: { ...before.typing, [field]: text } })),
    onCommit: () => {
      if (fields.typing[field].trim() !== '') onChange((before) => commitTyping(before, field));
    },
    onAdd: (people: readonly Address[]) =>
      onChange((before) => ({ ...before, [field]: [...before[field], ...people] })),
    onRemove: (index) =>
      onChange((before) => ({ ...before, [field]: before[field].filter((_, each) => each !== index) })),
    error: errorOf(field),
  });

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
                if (picked) onChange((before) => withSender(before, picked));
              }}
              options={all.map((one) => ({ value: one.value, label: senderLabel(one) }))}
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
      <RecipientsRow {...rowOf('to')} label={t('compose.to')} autoFocus={startsInTo}>
        <span className="compose-more">
          {!shows('cc') && (
            <Button
              variant="quiet"
              size="small"
              label={t('compose.showCc')}
              onPress={() => setAsked([...asked, 'cc'])}
            >
              {t('compose.addCc')}
            </Button>
          )}
          {!shows('bcc') && (
            <Button
              variant="quiet"
              size="small"
              label={t('compose.showBcc')}
              onPress={() => setAsked([...asked, 'bcc'])}
            >
              {t('compose.addBcc')}
            </Button>
          )}
        </span>
      </RecipientsRow>
      {shows('cc') && (
        <RecipientsRow {...rowOf('cc')} label={t('compose.cc')} autoFocus={asked.includes('cc')} />
      )}
      {shows('bcc') && (
        <RecipientsRow {...rowOf('bcc')} label={t('compose.bcc')} autoFocus={asked.includes('bcc')} />
      )}
      <div className="compose-row">
        <label htmlFor={subjectId}>{t('compose.subject')}</label>
        <input
          id={subjectId}
          className="compose-input compose-subject"
          type="text"
          autoComplete="off"
          dir="auto"
          spellCheck
          value={fields.subject}
          onChange={(event) => onChange((before) => ({ ...before, subject: event.target.value }))}
        />
      </div>
    </>
  );
}
