import { type ReactNode, useEffect, useRef, useState } from 'react';
import { TextField as AriaTextField, Label, TextArea } from 'react-aria-components';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Contact, ContactContent } from '../../../src-shared/model/contact.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDate, t } from '../../i18n/i18n.ts';
import {
  badAddressOf,
  contactName,
  contentOf,
  EMPTY,
  type Fields,
  fieldsOf,
  isBlank,
  isSame,
  recipientOf,
} from './contact-words.ts';
import { LinesField } from './lines-field.tsx';

export type ContactEditorProps = {
  /** Absent: somebody new. */
  contact: Contact | undefined;
  onSaved: (contact: Contact) => void;
  onDelete: (contact: Contact) => void;
  onCompose: (to: string) => void;
  onClose: () => void;
};

/** One person. What was typed is kept when the person goes elsewhere; only Cancel drops it. To be keyed by the contact. */
export function ContactEditor({
  contact,
  onSaved,
  onDelete,
  onCompose,
  onClose,
}: ContactEditorProps): ReactNode {
  const backend = useBackend();
  const [fields, setFields] = useState<Fields>(() => fieldsOf(contact ?? EMPTY));
  const [isTold, setIsTold] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const before = useRef<ContactContent>(contact ?? EMPTY);
  const newest = useRef(fields);
  const isDropped = useRef(false);
  const contactId = contact?.contactId;

  const change = (part: Partial<Fields>): void => {
    newest.current = { ...newest.current, ...part };
    setFields(newest.current);
  };

  useEffect(
    () => () => {
      const content = contentOf(newest.current);
      if (isDropped.current || isBlank(content) || isSame(content, before.current)) return;
      void backend.request('contacts.save', { ...(contactId && { contactId }), content });
    },
    [backend, contactId],
  );

  const bad = badAddressOf(fields.addresses);
  const content = contentOf(fields);
  const isChanged = !isSame(content, before.current);

  const save = async (): Promise<void> => {
    setIsTold(true);
    if (bad >= 0 || isBlank(content)) return;
    before.current = content;
    const result = await backend.request('contacts.save', { ...(contactId && { contactId }), content });
    setFailure(result.ok ? undefined : result);
    if (!result.ok) {
      before.current = contact ?? EMPTY;
      return;
    }
    change(fieldsOf(result.value));
    onSaved(result.value);
  };
  const drop = (): void => {
    isDropped.current = true;
    onClose();
  };

  return (
    <form
      className="contact-editor"
      aria-label={contact ? contactName(contact) : t('contacts.new')}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="contact-head">
        <h2 className="grow cut" dir="auto">
          {contact ? cleanLine(contactName(contact)) : t('contacts.new')}
        </h2>
        {contact?.addresses[0] !== undefined && (
          <Button icon="compose" onPress={() => onCompose(recipientOf(contact, contact.addresses[0] ?? ''))}>
            {t('contacts.write')}
          </Button>
        )}
      </div>
      {contact && <History contact={contact} />}
      {failure && <FailureNote failure={failure} />}
      <TextField
        label={t('contacts.name')}
        value={fields.name}
        autoFocus={contact === undefined}
        onChange={(name) => change({ name })}
      />
      <LinesField
        title={t('contacts.addresses')}
        label={(number) => t('contacts.addressNumber', { number })}
        lines={fields.addresses}
        inputMode="email"
        error={isTold && bad >= 0 ? { index: bad, text: t('contacts.badAddress') } : undefined}
        onChange={(addresses) => change({ addresses })}
      />
      <LinesField
        title={t('contacts.phones')}
        label={(number) => t('contacts.phoneNumber', { number })}
        lines={fields.phones}
        onChange={(phones) => change({ phones })}
      />
      <TextField
        label={t('contacts.organisation')}
        value={fields.organisation}
        onChange={(organisation) => change({ organisation })}
      />
      <AriaTextField className="field" value={fields.note} onChange={(note) => change({ note })}>
        <Label>{t('contacts.note')}</Label>
        <TextArea className="contact-note" rows={4} maxLength={10_000} dir="auto" />
      </AriaTextField>
      <div className="contact-actions">
        {contact && (
          <Button variant="danger" icon="trash" onPress={() => onDelete(contact)}>
            {t('contacts.delete')}
          </Button>
        )}
        <span className="grow" />
        {(isChanged || contact === undefined) && (
          <Button variant="quiet" onPress={drop}>
            {t('accounts.cancel')}
          </Button>
        )}
        <Button type="submit" variant="primary" isDisabled={!isChanged}>
          {t('contacts.save')}
        </Button>
      </div>
    </form>
  );
}

function History({ contact }: { contact: Contact }): ReactNode {
  const { timesWritten, lastWrittenAt, isCollected } = contact;
  return (
    <p className="c2 t12">
      {isCollected && `${t('contacts.collectedText')} `}
      {lastWrittenAt === undefined
        ? t('contacts.neverWritten')
        : t('contacts.written', { count: timesWritten, date: formatDate(lastWrittenAt) })}
    </p>
  );
}
