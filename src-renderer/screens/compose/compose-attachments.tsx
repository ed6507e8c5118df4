import type { ReactNode } from 'react';
import type { DraftAttachment } from '../../../src-shared/model/draft.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { formatBytes, t } from '../../i18n/i18n.ts';

/** Three or four letters that tell one file from another at a glance. */
function kindOf(filename: string): string {
  const kind = /\.([a-z0-9]{1,4})$/i.exec(filename)?.[1];
  return (kind ?? '').toUpperCase();
}

/** What goes along with the message; a copy is kept with the draft. */
export function ComposeAttachments({
  attachments,
  onRemove,
}: {
  attachments: readonly DraftAttachment[];
  onRemove: (part: number) => void;
}): ReactNode {
  if (attachments.length === 0) return null;
  return (
    <ul className="compose-files" aria-label={t('compose.attachments')}>
      {attachments.map((file) => (
        <li key={file.part} className="compose-file">
          <span className="compose-kind" aria-hidden="true">
            {kindOf(file.filename)}
          </span>
          <span className="cut grow" dir="auto" title={file.filename}>
            {file.filename}
          </span>
          <span className="t12 c3 num">{formatBytes(file.size)}</span>
          <IconButton
            label={t('compose.removeAttachment', { file: file.filename })}
            icon="close"
            size={16}
            onPress={() => onRemove(file.part)}
          />
        </li>
      ))}
    </ul>
  );
}
