import { type ReactNode, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Template } from '../../../src-shared/model/writing.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { PictureSource } from '../../editor/picture-shelf.ts';
import { type EditorHandle, RichEditor } from '../../editor/rich-editor.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';

/** A template has no pictures: they would have to be kept beside it. */
const NO_PICTURES: PictureSource = {
  urlOf: () => Promise.resolve(undefined),
  keep: () => Promise.resolve(undefined),
};

/** Texts that are written again and again. New ones come from what is being written. */
export function TemplatesSection(): ReactNode {
  const backend = useBackend();
  const templates = useRequest('templates.list', {}, { refetchOn: ['templatesChanged'] });
  const [edited, setEdited] = useState<Template>();
  const [doomed, setDoomed] = useState<Template>();
  const [failure, setFailure] = useState<Fail>();
  const all = templates.value ?? [];

  const remove = async ({ templateId }: Template): Promise<void> => {
    const result = await backend.request('templates.remove', { templateId });
    setFailure(result.ok ? undefined : result);
    if (result.ok) setDoomed(undefined);
  };

  return (
    <section className="section settings-choice">
      <h2>{t('settings.templates')}</h2>
      <p className="c2">{t(all.length === 0 ? 'settings.templatesNone' : 'settings.templatesText')}</p>
      {all.length > 0 && (
        <ul className="settings-list">
          {all.map((template) => (
            <li key={template.templateId} className="row">
              <span className="grow cut" dir="auto">
                {cleanLine(template.name)}
              </span>
              <Button
                size="small"
                variant="quiet"
                label={t('settings.templateEdit', { name: cleanLine(template.name) })}
                onPress={() => setEdited(template)}
              >
                {t('settings.edit')}
              </Button>
              <Button
                size="small"
                variant="quiet"
                label={t('settings.templateDelete', { name: cleanLine(template.name) })}
                onPress={() => setDoomed(template)}
              >
                {t('settings.delete')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {edited && <TemplateDialog template={edited} onClose={() => setEdited(undefined)} />}
      {doomed && (
        <ConfirmDialog
          title={t('settings.templateDelete', { name: cleanLine(doomed.name) })}
          lede={t('settings.templateDeleteText')}
          confirm={t('settings.delete')}
          isLosing
          failure={failure}
          onConfirm={() => void remove(doomed)}
          onClose={() => setDoomed(undefined)}
        />
      )}
    </section>
  );
}

function TemplateDialog({ template, onClose }: { template: Template; onClose: () => void }): ReactNode {
  const backend = useBackend();
  const [name, setName] = useState(template.name);
  const [subject, setSubject] = useState(template.subject);
  const [failure, setFailure] = useState<Fail>();
  const editor = useRef<EditorHandle>(undefined);

  const save = async (): Promise<void> => {
    const written = editor.current?.read();
    if (!written || name.trim() === '') return;
    const { templateId } = template;
    const content = { name: name.trim(), subject, ...written };
    const result = await backend.request('templates.save', { templateId, ...content });
    if (result.ok) onClose();
    else setFailure(result);
  };

  return (
    <Dialog
      title={t('settings.template')}
      isOpen
      isWide
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onPress={onClose}>
            {t('accounts.cancel')}
          </Button>
          <Button variant="primary" isDisabled={name.trim() === ''} onPress={() => void save()}>
            {t('contacts.save')}
          </Button>
        </>
      }
    >
      {failure && <FailureNote failure={failure} />}
      <TextField label={t('settings.templateName')} value={name} onChange={setName} />
      <TextField label={t('settings.templateSubject')} value={subject} onChange={setSubject} />
      <div className="template-text">
        <RichEditor
          label={t('settings.templateBody')}
          html={template.html}
          text={template.text}
          pictures={NO_PICTURES}
          onChange={() => undefined}
          onFiles={() => undefined}
          onReady={(handle) => {
            editor.current = handle;
          }}
        />
      </div>
    </Dialog>
  );
}
