import './preview.css';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { Attachment } from '../../../src-shared/model/message.ts';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Note } from '../../components/note.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatBytes, t } from '../../i18n/i18n.ts';
import { attachmentName } from './attachment-words.ts';
import { PdfPages } from './pdf-pages.tsx';
import type { ReaderTools } from './reader-tools.ts';

/** Times the size at which it fits into the window. */
const LEAST_ZOOM = 0.25;
const MOST_ZOOM = 8;

/** What does not fit is scrolled to by key too, so it takes the focus. */
const SCROLLED = { tabIndex: 0 };

type Shown = {
  messageId: MessageId;
  within: readonly number[] | undefined;
  attachment: Attachment;
  zoom: number;
};

function Picture({ url, name, zoom }: { url: string; name: string; zoom: number }): ReactNode {
  return (
    <div className="preview-picture" {...SCROLLED}>
      <img
        src={url}
        alt={name}
        draggable={false}
        style={{
          maxWidth: `${zoom * 100}%`,
          maxHeight: `${zoom * 100}%`,
          ...(zoom > 1 && { minWidth: `${zoom * 100}%` }),
        }}
      />
    </div>
  );
}

function FileContent({ messageId, within, attachment, zoom }: Shown): ReactNode {
  const preview = useRequest('messages.preview', {
    messageId,
    part: attachment.part,
    ...(within && { within: [...within] }),
  });
  const name = attachmentName(attachment);
  if (preview.failure) {
    return (
      <div className="preview-words">
        <FailureNote failure={preview.failure} />
      </div>
    );
  }
  const { value } = preview;
  if (!value) {
    return (
      <div className="preview-words">
        <Skeleton lines={8} label={t('preview.loading')} />
      </div>
    );
  }
  if (value.kind === 'picture') return <Picture url={value.url} name={name} zoom={zoom} />;
  if (value.kind === 'pdf') return <PdfPages content={value.content} name={name} zoom={zoom} />;
  return (
    <div className="preview-words">
      {value.isCut && <Note icon="alert">{t('preview.cut')}</Note>}
      <textarea
        className="preview-text"
        aria-label={name}
        readOnly
        spellCheck={false}
        dir="auto"
        style={{ fontSize: `calc(var(--type-13) * ${zoom})` }}
        value={value.text}
      />
    </div>
  );
}

/**
 * An attachment, looked at without saving it: nothing in it can act. The arrows go to the next one, plus and minus make it larger and
 * smaller, Escape closes.
 */
export function PreviewDialog(props: {
  messageId: MessageId;
  /** The way to the message inside that they belong to. */
  within: readonly number[] | undefined;
  /** Those that can be looked at. */
  attachments: readonly Attachment[];
  part: number;
  tools: ReaderTools;
  onPart: (part: number) => void;
  onSave: (part: number) => void;
  onClose: () => void;
}): ReactNode {
  const { messageId, within, attachments, part, tools, onPart, onSave, onClose } = props;
  const [held, setHeld] = useState({ part, zoom: 1 });
  const zoom = held.part === part ? held.zoom : 1;
  const at = attachments.findIndex((one) => one.part === part);
  const attachment = attachments[at];
  const setZoom = (next: number): void =>
    setHeld({ part, zoom: Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, next)) });
  const go = (by: number): void => {
    const next = attachments[at + by];
    if (next) onPart(next.part);
  };
  const canZoom = attachment?.preview !== 'message';
  const press = (event: KeyboardEvent): void => {
    // A message in a message lies over this one.
    if (event.defaultPrevented || !inner.current?.contains(event.target as Node)) return;
    if (event.altKey || event.shiftKey || event.ctrlKey || event.metaKey) return;
    const forwards = document.documentElement.dir === 'rtl' ? -1 : 1;
    const acts: Record<string, (() => void) | undefined> = {
      // What is larger than the window is scrolled by the arrows.
      ...(zoom <= 1 && { ArrowRight: () => go(forwards), ArrowLeft: () => go(-forwards) }),
      ...(canZoom && {
        '+': () => setZoom(zoom * 1.25),
        '=': () => setZoom(zoom * 1.25),
        '-': () => setZoom(zoom / 1.25),
        '0': () => setZoom(1),
      }),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const inner = useRef<HTMLElement>(null);
  const newest = useRef(press);
  useEffect(() => {
    newest.current = press;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => newest.current(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  if (!attachment) return null;
  const name = attachmentName(attachment);
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className="dialog preview">
        <AriaDialog ref={inner} className="preview-inner">
          <header className="preview-head">
            <Heading slot="title" level={1} className="preview-title">
              <bdi dir="auto" className="cut">
                {name}
              </bdi>
              <span className="t12 c3 num">{formatBytes(attachment.size)}</span>
            </Heading>
            {attachments.length > 1 && (
              <>
                <IconButton
                  label={t('preview.previous')}
                  icon="chevron-left"
                  isDisabled={at === 0}
                  onPress={() => go(-1)}
                />
                <span className="t12 c3 num">
                  {t('preview.position', { at: at + 1, count: attachments.length })}
                </span>
                <IconButton
                  label={t('preview.next')}
                  icon="chevron-right"
                  isDisabled={at === attachments.length - 1}
                  onPress={() => go(1)}
                />
                <span className="separator" />
              </>
            )}
            {canZoom && (
              <>
                <IconButton
                  label={t('preview.smaller')}
                  icon="minus"
                  isDisabled={zoom <= LEAST_ZOOM}
                  onPress={() => setZoom(zoom / 1.25)}
                />
                <Button
                  variant="quiet"
                  size="small"
                  label={t('preview.fit', { zoom })}
                  onPress={() => setZoom(1)}
                >
                  <span className="num">{t('zoom.percent', { zoom })}</span>
                </Button>
                <IconButton
                  label={t('preview.larger')}
                  icon="plus"
                  isDisabled={zoom >= MOST_ZOOM}
                  onPress={() => setZoom(zoom * 1.25)}
                />
                <span className="separator" />
              </>
            )}
            <IconButton label={t('reader.attachment-save')} icon="download" onPress={() => onSave(part)} />
            <IconButton label={t('common.close')} icon="close" onPress={onClose} />
          </header>
          <div className="preview-body">
            {attachment.preview === 'message' ? (
              tools.showMessage(messageId, [...(within ?? []), part])
            ) : (
              <FileContent
                key={part}
                messageId={messageId}
                within={within}
                attachment={attachment}
                zoom={zoom}
              />
            )}
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
