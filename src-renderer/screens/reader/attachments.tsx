import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { Attachment } from '../../../src-shared/model/message.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Note } from '../../components/note.tsx';
import { showToast } from '../../components/toast.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatBytes, t } from '../../i18n/i18n.ts';

/** What stands in the grey square: the real end of the name, as much of it as fits. */
export function kindOf(filename: string): string {
  const end = /\.([a-z0-9]{1,5})$/iu.exec(filename)?.[1];
  return end === undefined ? '' : end.toUpperCase().replace('JPEG', 'JPG').slice(0, 3);
}

export function Attachments({
  messageId,
  attachments,
}: {
  messageId: MessageId;
  attachments: readonly Attachment[];
}): ReactNode {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const total = attachments.reduce((sum, each) => sum + each.size, 0);

  const save = async (attachment: Attachment): Promise<void> => {
    const result = await backend.request('messages.saveAttachment', { messageId, part: attachment.part });
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.saved) showToast({ text: t('reader.attachment-saved') });
  };
  return (
    <section className="attachments" aria-label={t('reader.attachments-name')}>
      <div className="t12 c3 num">
        {t('reader.attachments', { count: attachments.length, size: formatBytes(total) })}
      </div>
      {failure && (
        <Note tone="warn" icon="warning" role="alert">
          {t(`error.${failure.code}.title`)} {t(`error.${failure.code}.next`)}
        </Note>
      )}
      <ul>
        {attachments.map((attachment) => {
          const name = cleanLine(attachment.filename) || t('reader.attachment-unnamed');
          const size = formatBytes(attachment.size);
          return (
            <li key={attachment.part}>
              <AriaButton className="attachment" onPress={() => void save(attachment)}>
                <span className="attachment-kind" aria-hidden="true">
                  {kindOf(name)}
                </span>
                <span className="attachment-words">
                  <span className="visually-hidden">{t('reader.attachment-save')} </span>
                  <span className="cut">
                    <bdi>{name}</bdi>
                  </span>
                  <span className="t11 c3 num">{size}</span>
                </span>
              </AriaButton>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
