import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/i18n.ts';
import type { DoubtedLink } from './use-links.ts';

function sayDoubt({ host, claimedHost, leaves }: DoubtedLink): string {
  if (leaves) return t('link.doubt-leave', { host });
  return claimedHost === undefined
    ? t('link.doubt-user', { host })
    : t('link.doubt-claim', { host, claimedHost });
}

/** Asks before a link is opened whose words name another place than its address, or that tells on the person. */
export function LinkDoubtDialog(props: {
  link: DoubtedLink;
  onSettle: (isOpened: boolean) => void;
}): ReactNode {
  const { link, onSettle } = props;
  const { host } = link;
  return (
    <Dialog
      role="alertdialog"
      title={t('link.doubt-title', { host })}
      lede={sayDoubt(link)}
      isOpen
      onClose={() => onSettle(false)}
      actions={
        <>
          <Button variant={link.leaves ? 'neutral' : 'danger'} onPress={() => onSettle(true)}>
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
