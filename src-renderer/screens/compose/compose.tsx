/**
 * Writing a message in plain text, over the mail. Closing keeps the draft; sending hands it to the outbox, which waits
 * for the undo window; only discarding deletes, and asks first when something would be lost.
 */
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { DraftId } from '../../../src-shared/model/ids.ts';
import type { Submission } from '../../../src-shared/model/submission.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Note } from '../../components/note.tsx';
import { t } from '../../i18n/i18n.ts';
import { ComposeAttachments } from './compose-attachments.tsx';
import { ComposeFoot } from './compose-foot.tsx';
import { ComposeHead } from './compose-head.tsx';
import { commitAll, contentOf, findObstacle, isEmptyDraft, type SendObstacle } from './draft-fields.ts';
import { PickTimeDialog } from './pick-time-dialog.tsx';
import { useDraft } from './use-draft.ts';
import './compose.css';

export type ComposeProps = {
  draftId: DraftId;
  /** Made just now by the command that opened this: closed untouched, it leaves nothing behind. */
  isNew?: boolean;
  /** How long a sent message can be taken back. */
  undoSeconds: number;
  /** The program is locked: what was typed is kept, and not shown. */
  isHidden: boolean;
  onClose: () => void;
  onSent: (submission: Submission) => void;
};

export function Compose({
  draftId,
  isNew = false,
  undoSeconds,
  isHidden,
  onClose,
  onSent,
}: ComposeProps): ReactNode {
  const backend = useBackend();
  const draft = useDraft(draftId);
  const { fields, attachments } = draft;
  const [obstacle, setObstacle] = useState<SendObstacle>();
  const [failure, setFailure] = useState<Fail>();
  const [isSending, setIsSending] = useState(false);
  const [isDiscarding, setIsDiscarding] = useState(false);
  const [isPickingTime, setIsPickingTime] = useState(false);
  /** Kept while the person is asked whether it may go without a subject. */
  const [sendAt, setSendAt] = useState<number>();

  const discard = async (): Promise<void> => {
    draft.abandon();
    await backend.request('drafts.discard', { draftId });
    onClose();
  };
  const close = async (): Promise<void> => {
    if (fields && (isEmptyDraft(fields, attachments.length) || (isNew && !draft.wasTouched)))
      return discard();
    const failed = await draft.flush();
    // What could not be written to disk stays on the screen.
    if (failed) setFailure(failed);
    else onClose();
  };
  const askToDiscard = (): void => {
    if (fields && isEmptyDraft(fields, attachments.length)) void discard();
    else setIsDiscarding(true);
  };

  const send = async (withoutSubject: boolean, at: number | undefined): Promise<void> => {
    if (!fields || isSending) return;
    draft.change(commitAll);
    const found = findObstacle(contentOf(fields));
    const blocks = found === 'subject-missing' && withoutSubject ? undefined : found;
    setObstacle(blocks);
    setFailure(undefined);
    setSendAt(at);
    if (blocks) return;
    setIsSending(true);
    const failed = await draft.flush();
    const result =
      failed ?? (await backend.request('outbox.send', { draftId, ...(at !== undefined && { sendAt: at }) }));
    setIsSending(false);
    if (!result.ok) {
      setFailure(result);
      return;
    }
    draft.abandon();
    onSent(result.value);
  };

  const attach = async (): Promise<void> => {
    const failed = await draft.flush();
    const result = failed ?? (await backend.request('drafts.attach', { draftId }));
    setFailure(result.ok ? undefined : result);
    if (result.ok) draft.setAttachments(result.value.attachments);
  };
  const detach = async (part: number): Promise<void> => {
    const result = await backend.request('drafts.detach', { draftId, part });
    setFailure(result.ok ? undefined : result);
    if (result.ok) draft.setAttachments(result.value.attachments);
  };

  // Ctrl or Cmd with Enter sends from wherever in the window the focus is.
  const newestSend = useRef(send);
  useEffect(() => {
    newestSend.current = send;
  });
  const listenForSend = useCallback((place: HTMLElement | null) => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      void newestSend.current(false, undefined);
    };
    place?.addEventListener('keydown', listen);
    return () => place?.removeEventListener('keydown', listen);
  }, []);

  const subject = fields?.subject.trim() ?? '';
  return (
    <ModalOverlay
      className="scrim compose-scrim"
      isOpen={!isHidden}
      isDismissable={false}
      onOpenChange={(isOpen) => {
        if (!isOpen) void close();
      }}
    >
      <Modal className="compose-modal">
        <AriaDialog className="compose">
          <div className="compose-keys" ref={listenForSend}>
            <div className="compose-title">
              <Heading slot="title" level={1} className="cut" dir="auto">
                {subject === '' ? t('compose.newMessage') : subject}
              </Heading>
              <IconButton
                label={t('compose.close')}
                icon="close"
                size={16}
                kbd="Esc"
                onPress={() => void close()}
              />
            </div>
            {draft.loadFailure && (
              <div className="compose-note">
                <FailureNote failure={draft.loadFailure} takesFocus />
              </div>
            )}
            {fields && (
              <>
                <ComposeHead
                  fields={fields}
                  onChange={(next) => {
                    setObstacle(undefined);
                    draft.change(next);
                  }}
                  obstacle={obstacle}
                  startsInTo={!draft.isAnswer && fields.to.length === 0}
                />
                <ComposeBody
                  text={fields.text}
                  startsHere={draft.isAnswer || fields.to.length > 0}
                  onChange={(text) => draft.change((before) => ({ ...before, text }))}
                />
                <ComposeAttachments attachments={attachments} onRemove={(part) => void detach(part)} />
                {obstacle === 'subject-missing' && (
                  <div className="compose-note">
                    <Note
                      tone="warn"
                      icon="warning"
                      role="alert"
                      actions={
                        <Button onPress={() => void send(true, sendAt)}>{t('compose.sendAnyway')}</Button>
                      }
                    >
                      {t('compose.noSubject')}
                    </Note>
                  </div>
                )}
                {failure && (
                  <div className="compose-note">
                    <FailureNote failure={failure} />
                  </div>
                )}
                <ComposeFoot
                  savedAt={draft.savedAt}
                  isDirty={draft.isDirty}
                  isNotSaved={draft.saveFailure !== undefined}
                  isSending={isSending}
                  undoSeconds={undoSeconds}
                  onSend={() => void send(false, undefined)}
                  onSendAt={(time) => void send(false, time)}
                  onPickTime={() => setIsPickingTime(true)}
                  onAttach={() => void attach()}
                  onDiscard={askToDiscard}
                />
              </>
            )}
          </div>
          {isPickingTime && (
            <PickTimeDialog
              onClose={() => setIsPickingTime(false)}
              onPick={(time) => {
                setIsPickingTime(false);
                void send(false, time);
              }}
            />
          )}
          <Dialog
            role="alertdialog"
            title={t('compose.discardTitle')}
            lede={t('compose.discardLede')}
            isOpen={isDiscarding}
            onClose={() => setIsDiscarding(false)}
            actions={
              <>
                <Button variant="quiet" autoFocus onPress={() => setIsDiscarding(false)}>
                  {t('compose.keepWriting')}
                </Button>
                <Button variant="danger-final" onPress={() => void discard()}>
                  {t('compose.discardConfirm')}
                </Button>
              </>
            }
          />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The text. An answer begins above the words that it quotes. */
function ComposeBody(props: {
  text: string;
  startsHere: boolean;
  onChange: (text: string) => void;
}): ReactNode {
  const { text, startsHere, onChange } = props;
  const body = useRef<HTMLTextAreaElement>(null);
  const isFirst = useRef(startsHere);
  useEffect(() => {
    if (!isFirst.current) return;
    body.current?.setSelectionRange(0, 0);
    body.current?.focus();
  }, []);
  return (
    <textarea
      ref={body}
      className="compose-body"
      aria-label={t('compose.body')}
      dir="auto"
      spellCheck
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
