import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { KeyList } from '../components/kbd.tsx';
import { t } from '../i18n/i18n.ts';
import { COMMANDS, type CommandId } from './command-table.ts';

/** Every key, from the same table that the keys run by. */
export function ShortcutsDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  const ids = (Object.keys(COMMANDS) as CommandId[]).filter((id) => COMMANDS[id].shown !== '');
  return (
    <Dialog
      title={t('shortcuts.title')}
      isOpen={isOpen}
      onClose={onClose}
      actions={<Button onPress={onClose}>{t('common.close')}</Button>}
    >
      <dl className="shortcuts">
        {ids.map((id) => (
          <div key={id} className="row">
            <dt className="grow">{t(COMMANDS[id].label)}</dt>
            <dd className="row">
              <KeyList keys={COMMANDS[id].shown} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
