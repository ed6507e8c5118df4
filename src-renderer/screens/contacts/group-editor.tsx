import { type ReactNode, useState } from 'react';
import { TextField as AriaTextField, Label, Text, TextArea } from 'react-aria-components';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ContactGroup } from '../../../src-shared/model/contact.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { membersText, readMembers } from './group-members.ts';

export type GroupEditorProps = {
  /** Absent: a new one. */
  group: ContactGroup | undefined;
  onSaved: (group: ContactGroup) => void;
  onDelete: (group: ContactGroup) => void;
  onCompose: (to: string[]) => void;
  onClose: () => void;
};

/** A group to write to at once: its name, and its members one a line. To be keyed by the group. */
export function GroupEditor(props: GroupEditorProps): ReactNode {
  const { group, onSaved, onDelete, onCompose, onClose } = props;
  const backend = useBackend();
  const [name, setName] = useState(group?.name ?? '');
  const [text, setText] = useState(membersText(group?.members ?? []));
  const [isTold, setIsTold] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const { members, bad } = readMembers(text);
  const isChanged = name !== (group?.name ?? '') || text !== membersText(group?.members ?? []);

  const save = async (): Promise<void> => {
    setIsTold(true);
    if (bad !== undefined || name.trim() === '') return;
    const result = await backend.request('groups.save', {
      ...(group && { groupId: group.groupId }),
      name: name.trim(),
      members,
    });
    setFailure(result.ok ? undefined : result);
    if (result.ok) onSaved(result.value);
  };

  return (
    <form
      className="contact-editor"
      aria-label={group?.name ?? t('contacts.newGroup')}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="contact-head">
        <h2 className="grow cut" dir="auto">
          {group ? cleanLine(group.name) : t('contacts.newGroup')}
        </h2>
        {group && group.members.length > 0 && group.members.length <= 100 && (
          <Button icon="compose" onPress={() => onCompose(membersText(group.members).split('\n'))}>
            {t('contacts.write')}
          </Button>
        )}
      </div>
      {failure && <FailureNote failure={failure} />}
      <TextField
        label={t('contacts.groupName')}
        value={name}
        autoFocus={group === undefined}
        error={isTold && name.trim() === '' ? t('contacts.groupNameMissing') : undefined}
        onChange={setName}
      />
      <AriaTextField
        className="field"
        value={text}
        onChange={setText}
        isInvalid={isTold && bad !== undefined}
      >
        <Label>{t('contacts.members')}</Label>
        <TextArea className="contact-note" rows={10} dir="auto" />
        <Text slot="description" className={isTold && bad !== undefined ? 'field-error' : 'field-help'}>
          {isTold && bad !== undefined
            ? t('contacts.badMember', { line: cleanLine(bad) })
            : t('contacts.membersText', { count: members.length })}
        </Text>
      </AriaTextField>
      <div className="contact-actions">
        {group && (
          <Button variant="danger" icon="trash" onPress={() => onDelete(group)}>
            {t('contacts.deleteGroup')}
          </Button>
        )}
        <span className="grow" />
        <Button variant="quiet" onPress={onClose}>
          {t('accounts.cancel')}
        </Button>
        <Button type="submit" variant="primary" isDisabled={!isChanged}>
          {t('contacts.save')}
        </Button>
      </div>
    </form>
  );
}
