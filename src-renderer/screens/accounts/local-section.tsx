import { type ReactNode, useId, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';

/** An account without a server: nobody was given access, so there is nothing to take back but the mail itself. */
export function LocalSection({ account }: { account: AccountView }): ReactNode {
  const backend = useBackend();
  const mailboxes = useRequest('mailboxes.list', {}, { refetchOn: ['mailboxesChanged'] });
  const [isAsking, setIsAsking] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const headingId = useId();
  const name = cleanLine(account.displayName);
  const count = (mailboxes.value ?? [])
    .filter((one) => one.accountId === account.accountId)
    .reduce((sum, one) => sum + one.total, 0);

  const remove = async (): Promise<void> => {
    const result = await backend.request('accounts.remove', { accountId: account.accountId });
    setFailure(result.ok ? undefined : result);
    if (result.ok) setIsAsking(false);
  };
  return (
    <section className="section access" aria-labelledby={headingId}>
      <div className="access-head">
        <span className="access-drawing">
          <Icon name="folder" size={18} />
        </span>
        <div className="access-who">
          <h2 id={headingId} className="cut" dir="auto">
            {name}
          </h2>
          <div className="c2 access-state">{t('access.local')}</div>
        </div>
        <div className="access-buttons">
          <Button label={t('local.removeOf', { name })} onPress={() => setIsAsking(true)}>
            {t('local.remove')}
          </Button>
        </div>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={t('local.removeTitle', { name })}
          lede={t('local.removeText', { count })}
          confirm={t('local.removeDo')}
          isLosing
          failure={failure}
          onConfirm={() => void remove()}
          onClose={() => setIsAsking(false)}
        />
      )}
    </section>
  );
}
