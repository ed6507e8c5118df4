import { type DragEvent, type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { Attachment } from '../../../src-shared/model/message.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useCommands } from '../../commands/use-commands.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { showToast } from '../../components/toast.tsx';
import { formatBytes, t } from '../../i18n/i18n.ts';
import { attachmentName, canPreview, kindOf, splitName } from './attachment-words.ts';
import { PreviewDialog } from './preview-dialog.tsx';
import type { ReaderTools } from './reader-tools.ts';

/** More than these are shown only when they are asked for. */
const MOST_SHOWN = 24;

type CardProps = {
  attachment: Attachment;
  /** Absent: it can only be seen here. */
  onSave?: () => void;
  onPreview?: () => void;
  onDrag?: () => void;
};

/** One file: its true name, size and kind. Pressed, it is shown, or saved where it cannot be shown. */
function AttachmentCard({ attachment, onSave, onPreview, onDrag }: CardProps): ReactNode {
  const name = attachmentName(attachment);
  const { start, end } = splitName(name);
  const isProgram = attachment.isProgram === true;
  const act = onPreview ?? onSave;
  const verb = onPreview ? t('attachment.preview') : t('reader.attachment-save');
  const drag = (event: DragEvent): void => {
    // The system's own drag of the file takes its place.
    event.preventDefault();
    onDrag?.();
  };
  return (
    <li className="attachment" title={t('attachment.title', { name, size: formatBytes(attachment.size) })}>
      <button
        type="button"
        className="attachment-open"
        disabled={act === undefined}
        draggable={onDrag !== undefined}
        onDragStart={drag}
        onClick={act}
      >
        <span className="attachment-kind" aria-hidden="true">
          {isProgram ? (
            <Icon name="warning" className="warn" />
          ) : (
            kindOf(name) || <Icon name={attachment.preview === 'message' ? 'mail' : 'file'} />
          )}
        </span>
        <span className="attachment-words">
          <span className="visually-hidden">{act ? t('attachment.act', { verb, name }) : name}</span>
          <bdi dir="auto" className="attachment-name" aria-hidden="true">
            <span className="cut">{start}</span>
            <span>{end}</span>
          </bdi>
          <span className={isProgram ? 't11 warn cut' : 't11 c3 num cut'}>
            {isProgram ? t('attachment.program') : formatBytes(attachment.size)}
          </span>
        </span>
      </button>
      {onPreview && onSave && (
        <IconButton
          className="attachment-save"
          label={t('attachment.save-named', { name })}
          icon="download"
          size={16}
          onPress={onSave}
        />
      )}
    </li>
  );
}

/** The files that came with a message: looked at, saved one by one or all together, dragged out. */
export function Attachments({
  messageId,
  attachments,
  within,
  tools,
  isNewest = false,
}: {
  messageId: MessageId;
  attachments: readonly Attachment[];
  /** The way to the message inside that they belong to; absent: they belong to the message itself. */
  within?: readonly number[];
  tools: ReaderTools;
  /** Whether it is the one that the keys act on. */
  isNewest?: boolean;
}): ReactNode {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const [shownPart, setShownPart] = useState<number>();
  const [isWhole, setIsWhole] = useState(attachments.length <= MOST_SHOWN);
  const total = attachments.reduce((sum, each) => sum + each.size, 0);
  const shown = isWhole ? attachments : attachments.slice(0, MOST_SHOWN);

  const place = { messageId, ...(within && { within: [...within] }) };

  const save = async (part: number): Promise<void> => {
    const result = await backend.request('messages.saveAttachment', { ...place, part });
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.saved) showToast({ text: t('reader.attachment-saved') });
  };
  const saveAll = async (): Promise<void> => {
    const parts = attachments.slice(0, 1_000).map((one) => one.part);
    const result = await backend.request('messages.saveAttachments', { ...place, parts });
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.saved > 0) {
      showToast({ text: t('attachment.saved', { count: result.value.saved }) });
    }
  };
  const drag = async (part: number): Promise<void> => {
    const result = await backend.request('messages.dragAttachment', { messageId, part });
    setFailure(result.ok ? undefined : result);
  };
  const first = attachments[0];
  const saveByKey = (): void => void (attachments.length === 1 && first ? save(first.part) : saveAll());
  useCommands({ 'save-attachments': saveByKey }, isNewest && tools.isActive);
  return (
    <section className="attachments" aria-label={t('reader.attachments-name')}>
      <div className="attachments-head">
        <span className="t12 c3 num grow">
          {t('reader.attachments', { count: attachments.length, size: formatBytes(total) })}
        </span>
        {attachments.length > 1 && (
          <Button variant="quiet" size="small" className="attachments-all" onPress={() => void saveAll()}>
            {t('attachment.save-all')}
          </Button>
        )}
      </div>
      {failure && <FailureNote failure={failure} />}
      <ul>
        {shown.map((attachment) => (
          <AttachmentCard
            key={attachment.part}
            attachment={attachment}
            onSave={() => void save(attachment.part)}
            {...(!within && { onDrag: () => void drag(attachment.part) })}
            {...(canPreview(attachment, within) && { onPreview: () => setShownPart(attachment.part) })}
          />
        ))}
      </ul>
      {!isWhole && (
        <Button size="small" variant="quiet" onPress={() => setIsWhole(true)}>
          {t('attachment.show-all', { count: attachments.length })}
        </Button>
      )}
      {shownPart !== undefined && (
        <PreviewDialog
          messageId={messageId}
          within={within}
          attachments={attachments.filter((one) => canPreview(one, within))}
          part={shownPart}
          tools={tools}
          onPart={setShownPart}
          onSave={(part) => void save(part)}
          onClose={() => setShownPart(undefined)}
        />
      )}
    </section>
  );
}
