/**
 * The window in which one writes, over the mail. Closing keeps the draft; sending hands it to the outbox, which waits
 * for the undo window; discarding can be undone for a moment too.
 */
import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { FailureNote } from '../../components/failure-note.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { t } from '../../i18n/i18n.ts';
import { type ComposeControls, ComposeForm } from './compose-form.tsx';
import type { ComposeProps } from './compose-props.ts';
import { useDraft } from './use-draft.ts';
import './compose.css';

/** What takes keys of its own; those that opened later stand further behind. */
const OVERLAYS = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

export function Compose(props: ComposeProps): ReactNode {
  const { draftId, isHidden, onClose } = props;
  const draft = useDraft(draftId);
  const controls = useRef<ComposeControls>(undefined);
  const close = (): void => {
    if (controls.current) controls.current.close();
    else onClose();
  };

  // Until the focus is back from a dialog that has closed, no element has it, and the overlay hears of no key.
  const closing = useRef(close);
  useEffect(() => {
    closing.current = close;
  });
  const listenForEscape = useCallback((place: HTMLElement | null) => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.target !== document.body) return;
      const top = [...document.querySelectorAll(OVERLAYS)].at(-1);
      if (top?.contains(place)) closing.current();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  // Ctrl or Cmd with Enter sends from wherever in the window the focus is; with Shift an answer takes what it answers to the archive.
  const listenForSend = useCallback((place: HTMLElement | null) => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      controls.current?.send({ thenArchive: event.shiftKey });
    };
    place?.addEventListener('keydown', listen);
    return () => place?.removeEventListener('keydown', listen);
  }, []);
  // What is dropped beside the text goes along as an attachment.
  const files = useRef((dropped: File[]) => controls.current?.addFiles(dropped));
  const listenForFiles = useCallback((place: HTMLElement | null) => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      files.current([...(event.dataTransfer?.files ?? [])]);
    };
    place?.addEventListener('dragover', over);
    place?.addEventListener('drop', drop);
    return () => {
      place?.removeEventListener('dragover', over);
      place?.removeEventListener('drop', drop);
    };
  }, []);
  const listen = useCallback(
    (place: HTMLElement | null) => {
      const stops = [listenForEscape(place), listenForSend(place), listenForFiles(place)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [listenForEscape, listenForSend, listenForFiles],
  );

  const subject = draft.fields?.subject.trim() ?? '';
  return (
    <ModalOverlay
      className="scrim compose-scrim"
      isOpen={!isHidden}
      isDismissable={false}
      onOpenChange={(isOpen) => {
        if (!isOpen) close();
      }}
    >
      <Modal className="compose-modal">
        <AriaDialog className="compose">
          <div className="compose-keys" ref={listen}>
            <div className="compose-title">
              <Heading slot="title" level={1} className="cut" dir="auto">
                {subject === '' ? t('compose.newMessage') : subject}
              </Heading>
              <IconButton label={t('compose.close')} icon="close" size={16} kbd="Esc" onPress={close} />
            </div>
            {draft.loadFailure && (
              <div className="compose-note">
                <FailureNote failure={draft.loadFailure} takesFocus />
              </div>
            )}
            {draft.fields && (
              <ComposeForm
                {...props}
                draft={draft}
                fields={draft.fields}
                onReady={(ready) => {
                  controls.current = ready;
                }}
              />
            )}
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
