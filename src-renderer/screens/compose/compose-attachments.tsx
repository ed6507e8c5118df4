import type { ReactNode } from 'react';
import { ProgressBar } from 'react-aria-components';
import type { DraftAttachment } from '../../../src-shared/model/draft.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { formatBytes, t } from '../../i18n/i18n.ts';
import type { LimitReached } from './limits.ts';
import type { IncomingFile } from './use-attachments.ts';

/** Three or four letters that tell one file from another at a glance. */
function kindOf(filename: string): string {
  const kind = /\.([a-z0-9]{1,4})$/i.exec(filename)?.[1];
  return (kind ?? '').toUpperCase();
}

/** What goes along with the message; a copy is kept with the draft. */
export function ComposeAttachments({
  attachments,
  incoming,
  isAttaching,
  limit,
  onRemove,
  onCancel,
}: {
  /** Without the pictures that stand in the text. */
  attachments: readonly DraftAttachment[];
  incoming: readonly IncomingFile[];
  /** Files are being chosen and copied. */
  isAttaching: boolean;
  limit: LimitReached | undefined;
  onRemove: (part: number) => void;
  onCancel: (id: number) => void;
}): ReactNode {
  const isEmpty = attachments.length + incoming.length === 0;
  return (
    <>
      {!isEmpty && (
        <ul className="compose-files" aria-label={t('compose.attachments')}>
          {attachments.map((file) => (
            <li key={file.part} className="compose-file">
              <FileWords filename={file.filename} size={formatBytes(file.size)} />
              <IconButton
                label={t('compose.removeAttachment', { file: file.filename })}
                icon="close"
                size={16}
                onPress={() => onRemove(file.part)}
              />
            </li>
          ))}
          {incoming.map((file) => (
            <li key={`reading ${file.id}`} className="compose-file">
              <FileWords
                filename={file.filename}
                size={t('compose.bytesOf', { read: formatBytes(file.read), size: formatBytes(file.size) })}
              >
                <ProgressBar
                  className="compose-progress"
                  aria-label={t('compose.reading', { file: file.filename })}
                  maxValue={Math.max(1, file.size)}
                  value={file.read}
                >
                  {({ percentage = 0 }) => <span style={{ width: `${percentage}%` }} />}
                </ProgressBar>
              </FileWords>
              <IconButton
                label={t('compose.removeAttachment', { file: file.filename })}
                icon="close"
                size={16}
                onPress={() => onCancel(file.id)}
              />
            </li>
          ))}
        </ul>
      )}
      {isAttaching && (
        <p className="compose-adding c2 t12" role="status">
          {t('compose.attaching')}
        </p>
      )}
      {limit && (
        <p className="compose-limit warn" role="alert">
          {t(`compose.limit.${limit.kind}`, { limit: formatBytes(limit.limit) })}
        </p>
      )}
    </>
  );
}

function FileWords({
  filename,
  size,
  children,
}: {
  filename: string;
  size: string;
  children?: ReactNode;
}): ReactNode {
  return (
    <>
      <span className="compose-kind" aria-hidden="true">
        {kindOf(filename)}
      </span>
      <span className="compose-file-words">
        <span className="row">
          <span className="cut grow" dir="auto" title={filename}>
            {filename}
          </span>
          <span className="t12 c3 num">{size}</span>
        </span>
        {children}
      </span>
    </>
  );
}
