import { type ReactNode, useState } from 'react';
import type { Fail, Result } from '../../../src-shared/ipc/result.ts';
import type { Template } from '../../../src-shared/model/writing.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';

/** Asks for the name under which a text is kept; a name that is there already gets the new text. */
export function TemplateDialog({
  known,
  onSave,
  onClose,
}: {
  known: readonly Template[];
  onSave: (name: string) => Promise<Result<Template>>;
  onClose: () => void;
}): ReactNode {
  const [name, setName] = useState('');
  const [isTried, setIsTried] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const isKnown = known.some((one) => one.name === name.trim());
  const save = async (): Promise<void> => {
    setIsTried(true);
    if (name.trim() === '') return;
    const result = await onSave(name.trim());
    setFailure(result.ok ? undefined : result);
    if (!result.ok) return;
    showToast({ text: t('compose.templateSaved') });
    onClose();
  };
  return (
    <Dialog
      title={t('compose.templateTitle')}
      lede={t('compose.templateLede')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onPress={onClose}>
            {t('mailbox.cancel')}
          </Button>
          <Button variant="primary" onPress={() => void save()}>
            {t(isKnown ? 'compose.templateReplace' : 'compose.templateSave')}
          </Button>
        </>
      }
    >
      {failure && <FailureNote failure={failure} takesFocus />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          void save();
        }}
      >
        <TextField
          label={t('compose.templateName')}
          value={name}
          autoFocus
          onChange={setName}
          {...(isTried && name.trim() === '' && { error: t('compose.templateNameMissing') })}
        />
      </form>
    </Dialog>
  );
}
