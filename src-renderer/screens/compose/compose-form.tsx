import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Template } from '../../../src-shared/model/writing.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Note } from '../../components/note.tsx';
import { t } from '../../i18n/i18n.ts';
import type { BodyHandle } from './body-handle.ts';
import { ComposeAttachments } from './compose-attachments.tsx';
import { ComposeFoot } from './compose-foot.tsx';
import { ComposeHead } from './compose-head.tsx';
import type { ComposeProps } from './compose-props.ts';
import { discardLater } from './discarding.ts';
import { type DraftFields, isEmptyDraft } from './draft-fields.ts';
import { MoreMenu } from './more-menu.tsx';
import { PickTimeDialog } from './pick-time-dialog.tsx';
import { PlainBody } from './plain-body.tsx';
import { QuoteFold } from './quote-fold.tsx';
import { type Sender, withSender } from './senders.ts';
import { useAttachments } from './use-attachments.ts';
import type { WrittenDraft } from './use-draft.ts';
import { useQuoteHtml } from './use-quote-html.ts';
import { type HowToSend, useSend } from './use-send.ts';
import { WarningsDialog } from './warnings-dialog.tsx';

const loadRichBody = () => import('./rich-body.tsx').then((loaded) => ({ default: loaded.RichBody }));
const RichBody = lazy(loadRichBody);
// Most people write formatted mail: the editor is fetched before the first window for writing asks for it.
requestIdleCallback(() => void loadRichBody());

/** What the window around the form does by key and by pointer. */
export type ComposeControls = {
  close: () => void;
  send: (how: HowToSend) => void;
  addFiles: (files: File[]) => void;
};

export type ComposeFormProps = Pick<
  ComposeProps,
  'draftId' | 'isNew' | 'undoSeconds' | 'isDark' | 'checksSpelling' | 'onClose' | 'onSent' | 'onReopen'
> & { draft: WrittenDraft; fields: DraftFields; onReady: (controls: ComposeControls) => void };

export function ComposeForm(props: ComposeFormProps): ReactNode {
  const { draftId, isNew = false, draft, fields, onClose, onReady } = props;
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const [isPickingTime, setIsPickingTime] = useState(false);
  const [isMakingPlain, setIsMakingPlain] = useState(false);
  // What stands in the text at the beginning: also when the form comes back from behind the lock, and nothing of it was saved yet.
  const [start, setStart] = useState<DraftFields>(() => draft.present() ?? fields);
  const isRich = start.html !== undefined;
  const startsInBody = draft.isAnswer || fields.to.length > 0;
  const [takesFocus, setTakesFocus] = useState(startsInBody);
  const attachments = useAttachments(draftId, draft, setFailure);
  const quoteReady = useQuoteHtml(draft, isRich, attachments.keepPicture);
  const sending = useSend({
    draftId,
    draft,
    settle: () => Promise.all([draft.body.current?.settled(), quoteReady()]),
    onFailure: setFailure,
    onSent: props.onSent,
  });
  const { body } = draft;

  const isEmpty = (): boolean => {
    const hasFiles = draft.attachments.some((one) => one.contentId === undefined);
    return (
      fields.quote === undefined && isEmptyDraft(fields, hasFiles ? 1 : 0, body.current?.isBlank() ?? true)
    );
  };
  const dropDraft = async (): Promise<void> => {
    draft.abandon();
    await backend.request('drafts.discard', { draftId });
    onClose();
  };
  const close = async (): Promise<void> => {
    if (isEmpty() || (isNew && !draft.wasTouched())) return dropDraft();
    await body.current?.settled();
    const failed = await draft.flush();
    // What could not be written to disk stays on the screen.
    if (failed) setFailure(failed);
    else onClose();
  };
  const discard = async (): Promise<void> => {
    if (isEmpty()) return dropDraft();
    await draft.flush();
    draft.abandon();
    discardLater(backend, draftId, props.onReopen);
    onClose();
  };

  const controls = useRef<ComposeControls>(undefined);
  controls.current = {
    close: () => void close(),
    send: ({ thenArchive }) => sending.send(thenArchive && draft.isAnswer ? { thenArchive } : {}),
    addFiles: attachments.addFiles,
  };
  const ready = useRef(onReady);
  useEffect(() => {
    ready.current({
      close: () => controls.current?.close(),
      send: (how) => controls.current?.send(how),
      addFiles: (files) => controls.current?.addFiles(files),
    });
  }, []);

  const takeBody = (handle: BodyHandle): void => {
    body.current = handle;
    setTakesFocus(false);
  };
  const setFormat = (toRich: boolean): void => {
    const text = body.current?.read().text ?? fields.text;
    body.current = undefined;
    setIsMakingPlain(false);
    setTakesFocus(true);
    draft.change(({ html: _html, ...before }) => {
      const next = { ...before, text, ...(toRich && { html: '' }) };
      setStart(next);
      return next;
    });
  };
  const switchFormat = (): void => {
    if (!isRich) setFormat(true);
    else if (body.current?.isFormatted()) setIsMakingPlain(true);
    else setFormat(false);
  };
  const changeSender = (next: Sender, before: Sender | undefined): void => {
    draft.change((present) => withSender(present, next));
    body.current?.setSignature(next.signature, before?.signature);
    // Another sender, another server: the engine knows of it once it is saved.
    void draft.flush().then(attachments.askLimits);
  };
  const insertTemplate = (template: Template): void => {
    body.current?.insertBlocks({ text: template.text, html: template.html });
    if (fields.subject.trim() === '' && template.subject !== '')
      draft.change((before) => ({ ...before, subject: template.subject }));
  };
  const removeQuote = (): void => draft.change(({ quote: _quote, ...before }) => before);
  const writeBetween = (): void => {
    const { quote } = fields;
    if (!quote) return;
    removeQuote();
    body.current?.appendQuote(quote.intro, { text: quote.text, html: isRich ? quote.html : undefined });
    body.current?.focus();
  };

  const bodyProps = {
    takesFocus,
    onReady: takeBody,
    onChange: draft.touch,
    onFiles: attachments.addFiles,
    toolsEnd: (
      <Button variant="quiet" onPress={switchFormat}>
        {t(isRich ? 'compose.toPlain' : 'compose.toRich')}
      </Button>
    ),
    children: (
      <>
        <ComposeAttachments
          attachments={draft.attachments.filter((one) => one.contentId === undefined)}
          incoming={attachments.incoming}
          isAttaching={attachments.isAttaching}
          limit={attachments.limit}
          onRemove={(part) => void attachments.detach(part)}
          onCancel={attachments.cancel}
        />
        {fields.quote && (
          <QuoteFold
            draftId={draftId}
            quote={fields.quote}
            attachments={draft.attachments}
            isDark={props.isDark}
            isRich={isRich}
            onRemove={removeQuote}
            onWriteBetween={writeBetween}
          />
        )}
      </>
    ),
  };
  return (
    <>
      <ComposeHead
        fields={fields}
        onChange={(next) => {
          sending.clearObstacle();
          draft.change(next);
        }}
        onSender={changeSender}
        obstacle={sending.obstacle}
        startsInTo={!startsInBody}
      />
      {draft.isCopy && (
        <div className="compose-note compose-note-top">
          <Note icon="copy">{t('compose.isCopy')}</Note>
        </div>
      )}
      {isRich ? (
        <Suspense fallback={<div className="compose-waiting" />}>
          <RichBody
            {...bodyProps}
            html={start.html ?? ''}
            text={start.text}
            checksSpelling={props.checksSpelling}
            names={[...fields.to, ...fields.cc, ...fields.bcc].map(({ name }) => name)}
            pictures={{
              urlOf: async (contentId) => {
                const part = draft.attachments.find((one) => one.contentId === contentId)?.part;
                if (part === undefined) return undefined;
                const result = await backend.request('drafts.getPicture', { draftId, part });
                return result.ok ? result.value.url : undefined;
              },
              keep: attachments.keepPicture,
            }}
          />
        </Suspense>
      ) : (
        <PlainBody {...bodyProps} text={start.text} />
      )}
      {failure && (
        <div className="compose-note">
          <FailureNote failure={failure} />
        </div>
      )}
      <ComposeFoot
        status={draft.status}
        isSending={sending.isSending}
        isAnswer={draft.isAnswer}
        undoSeconds={props.undoSeconds}
        onSend={sending.send}
        onPickTime={() => setIsPickingTime(true)}
        onAttach={() => void attachments.attach()}
        onDiscard={() => void discard()}
        more={
          <MoreMenu
            asksReceipt={fields.asksReceipt === true}
            asksDeliveryNotice={fields.asksDeliveryNotice === true}
            onRequests={(asked) => draft.change((before) => ({ ...before, ...asked }))}
            onTemplate={insertTemplate}
            written={() => {
              const { text, html = '' } = body.current?.read() ?? fields;
              return { subject: fields.subject, text, html };
            }}
          />
        }
      />
      {isPickingTime && (
        <PickTimeDialog
          onClose={() => setIsPickingTime(false)}
          onPick={(time) => {
            setIsPickingTime(false);
            sending.send({ at: time });
          }}
        />
      )}
      {sending.warnings.length > 0 && (
        <WarningsDialog warnings={sending.warnings} onSend={sending.sendAnyway} onClose={sending.dismiss} />
      )}
      {isMakingPlain && (
        <ConfirmDialog
          title={t('compose.plainTitle')}
          lede={t('compose.plainLede')}
          confirm={t('compose.toPlain')}
          onConfirm={() => setFormat(false)}
          onClose={() => setIsMakingPlain(false)}
        />
      )}
    </>
  );
}
