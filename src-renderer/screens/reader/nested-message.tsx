import type { ReactNode } from 'react';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import { useRequest } from '../../backend/use-request.ts';
import { FailureNote } from '../../components/failure-note.tsx';
import { senderNameOf } from '../../components/people-words.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDateTime, formatList, t } from '../../i18n/i18n.ts';
import { Attachments } from './attachments.tsx';
import { BodyText } from './body-text.tsx';
import type { ReaderTools } from './reader-tools.ts';
import { showSigns } from './visible-signs.ts';

/** A message that came inside another one, opened as mail. What came inside this one is opened and saved as well. */
export function NestedMessage({
  messageId,
  path,
  tools,
}: {
  messageId: MessageId;
  /** The numbers of the attachments that lead to it. */
  path: readonly number[];
  tools: ReaderTools;
}): ReactNode {
  const message = useRequest('messages.getNested', { messageId, path: [...path] });
  if (message.failure) {
    return (
      <div className="preview-words">
        <FailureNote failure={message.failure} />
      </div>
    );
  }
  const { value } = message;
  if (!value) {
    return (
      <div className="preview-words">
        <Skeleton lines={8} label={t('reader.loading')} />
      </div>
    );
  }
  const sender = value.from[0];
  const recipients = [...value.to, ...value.cc];
  return (
    <article className="preview-words" aria-label={t('preview.message')}>
      <h2 className="reader-subject" dir="auto">
        {cleanLine(value.subject) || t('list.no-subject')}
      </h2>
      <div className="nested-head">
        <div className="sender-line">
          {sender && senderNameOf(sender) !== cleanLine(sender.address) && (
            <bdi dir="auto" className="strong">
              {senderNameOf(sender)}
            </bdi>
          )}
          <bdi className="address" dir="ltr">
            {sender ? showSigns(sender.address) : t('people.unknown-sender')}
          </bdi>
        </div>
        {recipients.length > 0 && (
          <div className="t12 c3" dir="auto">
            {t('people.to', { names: formatList(recipients.slice(0, 20).map((one) => senderNameOf(one))) })}
          </div>
        )}
        {value.date !== undefined && <div className="t12 c3">{formatDateTime(value.date)}</div>}
        <p className="t12 c3">{t('preview.message-unproven')}</p>
      </div>
      <BodyText body={value} tools={tools} />
      {value.attachments.length > 0 && (
        <Attachments messageId={messageId} attachments={value.attachments} within={path} tools={tools} />
      )}
    </article>
  );
}
