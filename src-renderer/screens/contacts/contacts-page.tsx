/** The people that the person knows: a list with a search, and beside it whoever is open. In a narrow window one takes the other's place. */
import { type ReactNode, useDeferredValue, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Contact, ContactGroup } from '../../../src-shared/model/contact.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Menu } from '../../components/menu.tsx';
import { TextField } from '../../components/text-field.tsx';
import { showToast } from '../../components/toast.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { ContactEditor } from './contact-editor.tsx';
import { ContactList } from './contact-list.tsx';
import { contactName } from './contact-words.ts';
import { GroupEditor } from './group-editor.tsx';
import { usePeople } from './use-people.ts';
import './contacts.css';

type Open =
  | { kind: 'person'; contact: Contact | undefined }
  | { kind: 'group'; group: ContactGroup | undefined };
type Doomed = { kind: 'person'; contact: Contact } | { kind: 'group'; group: ContactGroup };

export function ContactsPage({ onCompose }: { onCompose: (to: string[]) => void }): ReactNode {
  const backend = useBackend();
  const [query, setQuery] = useState('');
  const people = usePeople(useDeferredValue(query.slice(0, 200)));
  const groups = useRequest('groups.list', {}, { refetchOn: ['contactsChanged'] });
  const [open, setOpen] = useState<Open>();
  const [cursor, setCursor] = useState(0);
  const [focusTurn, setFocusTurn] = useState(0);
  const [doomed, setDoomed] = useState<Doomed>();
  const [failure, setFailure] = useState<Fail>();
  const shownGroups = query.trim() === '' ? (groups.value ?? []) : [];
  const isEmpty = people.total === 0 && query.trim() === '' && !people.isLoading && shownGroups.length === 0;
  const problem = failure ?? people.failure;

  const bringIn = async (): Promise<void> => {
    const result = await backend.request('contacts.import', {});
    setFailure(result.ok ? undefined : result);
    if (!result.ok || result.value.isCancelled) return;
    const { added, changed, unreadable } = result.value;
    const words = t('contacts.imported', { added, changed });
    showToast({ text: unreadable === 0 ? words : `${words} ${t('contacts.unreadable', { unreadable })}` });
  };
  const takeOut = async (): Promise<void> => {
    const result = await backend.request('contacts.export', {});
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.saved) showToast({ text: t('contacts.exported', { count: people.total }) });
  };
  const remove = async (): Promise<void> => {
    if (!doomed) return;
    const result =
      doomed.kind === 'person'
        ? await backend.request('contacts.remove', { contactIds: [doomed.contact.contactId] })
        : await backend.request('groups.remove', { groupId: doomed.group.groupId });
    setFailure(result.ok ? undefined : result);
    setDoomed(undefined);
    if (!result.ok) return;
    setOpen(undefined);
    // What had the focus is gone.
    setFocusTurn((turn) => turn + 1);
  };

  return (
    <main
      className={`pane contacts ${open ? 'contacts-open' : ''} ${isEmpty && !open ? 'contacts-empty' : ''}`}
    >
      <div className="contacts-side">
        <div className="contacts-head">
          <h1 className="grow">{t('pages.contacts')}</h1>
          <Button icon="plus" onPress={() => setOpen({ kind: 'person', contact: undefined })}>
            {t('contacts.add')}
          </Button>
          <Menu
            label={t('contacts.more')}
            icon="more"
            items={[
              {
                id: 'group',
                label: t('contacts.newGroup'),
                icon: 'plus',
                onAction: () => setOpen({ kind: 'group', group: undefined }),
              },
              {
                id: 'import',
                label: t('contacts.import'),
                icon: 'download',
                startsGroup: true,
                onAction: () => void bringIn(),
              },
              {
                id: 'export',
                label: t('contacts.export'),
                icon: 'outbox',
                isDisabled: people.total === 0,
                onAction: () => void takeOut(),
              },
            ]}
          />
        </div>
        <div className="contacts-search">
          <TextField
            label={t('contacts.search')}
            isLabelHidden
            placeholder={t('contacts.search')}
            value={query}
            onChange={(value) => {
              setQuery(value);
              setCursor(0);
            }}
          />
        </div>
        {problem && <FailureNote failure={problem} />}
        {shownGroups.length > 0 && (
          <ul className="contact-groups" aria-label={t('contacts.groups')}>
            {shownGroups.map((group) => (
              <li key={group.groupId}>
                <Button
                  variant="quiet"
                  icon="list"
                  className="contact-group"
                  onPress={() => setOpen({ kind: 'group', group })}
                >
                  <span className="grow cut" dir="auto">
                    {cleanLine(group.name)}
                  </span>
                  <span className="t12 c2">{t('contacts.memberCount', { count: group.members.length })}</span>
                </Button>
              </li>
            ))}
          </ul>
        )}
        {people.total > 0 && (
          <ContactList
            people={people}
            openId={open?.kind === 'person' ? open.contact?.contactId : undefined}
            cursor={cursor}
            focusTurn={focusTurn}
            onCursor={setCursor}
            onOpen={(contact) => setOpen({ kind: 'person', contact })}
            onDelete={(contact) => setDoomed({ kind: 'person', contact })}
          />
        )}
        <div role="status">
          {people.total === 0 && query.trim() !== '' && !people.isLoading && (
            <p className="contacts-none c2">{t('contacts.noneFound')}</p>
          )}
        </div>
      </div>
      <div className="contacts-place">
        {open && (
          <Button
            className="contacts-back"
            variant="quiet"
            icon="chevron-left"
            onPress={() => setOpen(undefined)}
          >
            {t('contacts.back')}
          </Button>
        )}
        {open?.kind === 'person' && (
          <ContactEditor
            key={open.contact?.contactId ?? 'new'}
            contact={open.contact}
            onSaved={(contact) => setOpen({ kind: 'person', contact })}
            onDelete={(contact) => setDoomed({ kind: 'person', contact })}
            onCompose={(to) => onCompose([to])}
            onClose={() => setOpen(undefined)}
          />
        )}
        {open?.kind === 'group' && (
          <GroupEditor
            key={open.group?.groupId ?? 'new'}
            group={open.group}
            onSaved={() => setOpen(undefined)}
            onDelete={(group) => setDoomed({ kind: 'group', group })}
            onCompose={onCompose}
            onClose={() => setOpen(undefined)}
          />
        )}
        {!open && (
          <div className="contacts-none">
            <p className="med">{t(isEmpty ? 'contacts.empty' : 'contacts.noneOpen')}</p>
            <p className="c2">{t('contacts.lede')}</p>
            {isEmpty && (
              <p className="row contacts-first">
                <Button onPress={() => void bringIn()}>{t('contacts.import')}</Button>
              </p>
            )}
          </div>
        )}
      </div>
      {doomed && (
        <ConfirmDialog
          title={t(doomed.kind === 'person' ? 'contacts.deleteTitle' : 'contacts.deleteGroupTitle', {
            name: cleanLine(doomed.kind === 'person' ? contactName(doomed.contact) : doomed.group.name),
          })}
          lede={t(doomed.kind === 'person' ? 'contacts.deleteText' : 'contacts.deleteGroupText')}
          confirm={t(doomed.kind === 'person' ? 'contacts.delete' : 'contacts.deleteGroup')}
          isLosing
          onConfirm={() => void remove()}
          onClose={() => setDoomed(undefined)}
        />
      )}
    </main>
  );
}
