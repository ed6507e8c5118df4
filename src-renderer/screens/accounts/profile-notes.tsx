import { type ReactNode, useState } from 'react';
import type { ProfileState } from '../../../src-shared/model/profile.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { Note } from '../../components/note.tsx';
import { t } from '../../i18n/i18n.ts';
import { RecoveryDialog } from './recovery-dialog.tsx';

/** What the person should know of the mail on this computer: a full disk, mail that is fetched again, a code to be made. */
export function ProfileNotes({
  profile,
  offersCode,
}: {
  profile: ProfileState;
  /** Only with a keychain: without one the mail lives until the program ends, and no code opens it. */
  offersCode: boolean;
}): ReactNode {
  const backend = useBackend();
  const [isOpen, setIsOpen] = useState(false);
  const asksForCode = offersCode && (profile.recoveryCode === 'unset' || profile.recoveryCode === 'skipped');
  return (
    <>
      {profile.disk === 'full' && (
        <Note tone="warn" icon="warning" role="alert">
          <div className="med">{t('profile.diskFull')}</div>
          <div>{t('profile.diskFullText')}</div>
        </Note>
      )}
      {profile.rebuiltAt !== undefined && (
        <Note icon="refresh" role="status">
          {t('profile.rebuilt')}
        </Note>
      )}
      {asksForCode && profile.disk === 'ok' && (
        <Note icon="key">
          {t('recovery.offer')}
          <div className="row note-actions">
            <Button size="small" onPress={() => setIsOpen(true)}>
              {t('recovery.offerAction')}
            </Button>
            <Button size="small" variant="quiet" onPress={() => void backend.request('recovery.putOff', {})}>
              {t('recovery.later')}
            </Button>
          </div>
        </Note>
      )}
      {isOpen && <RecoveryDialog hasOldCode={false} onClose={() => setIsOpen(false)} />}
    </>
  );
}

/** The code in the settings: whether there is one, and another when it is needed. */
export function RecoverySection({ profile }: { profile: ProfileState }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const hasCode = profile.recoveryCode === 'set';
  return (
    <section className="section settings-choice">
      <h2 className="field-label">{t('recovery.section')}</h2>
      <p className="c2">{t(hasCode ? 'recovery.sectionSet' : 'recovery.sectionUnset')}</p>
      <p>
        <Button onPress={() => setIsOpen(true)}>
          {t(hasCode ? 'recovery.another' : 'recovery.offerAction')}
        </Button>
      </p>
      {isOpen && <RecoveryDialog hasOldCode={hasCode} onClose={() => setIsOpen(false)} />}
    </section>
  );
}
