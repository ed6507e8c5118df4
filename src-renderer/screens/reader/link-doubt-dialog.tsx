import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/i18n.ts';

/** Asks before a link is opened whose words name another place than its address. */
export function LinkDoubtDialog(props: {
  host: string;
  claimedHost: string | undefined;
  onSettle: (isOpened: boolean) => void;
}): ReactNode {
  const { host, claimedHost, onSettle } = props;
  return (
    <Dialog
      role="alertdialog"
      title={t('link.doubt-title', { host })}
      lede={
        claimedHost === undefined
          ? t('link.doubt-user', { host })
          : t('link.doubt-claim', { host, claimedHost })
      }
      isOpen
      onClose={() => onSettle(false)}
      actions={
        <>
          <Button variant="danger" onPress={() => onSettle(true)}>
            {t('link.open-anyway', { host })}
          </Button>
          <Button variant="primary" autoFocus onPress={() => onSettle(false)}>
            {t('link.stay')}
          </Button>
        </>
      }
    />
  );
}
