import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { t } from '../../i18n/i18n.ts';
import { Headline } from './centred-page.tsx';
import { CopyButton } from './copy-button.tsx';
import { sayCountdown } from './countdown.ts';
import { useNow } from './use-now.ts';

/**
 * The code of a sign-in on another device (RFC 8628 §3.3). The page is shown and never opened by itself: whoever could make
 * this program open a page with a code in it would have the person allow somebody else's sign-in.
 */
export function WaitingForDevice(props: {
  address: string;
  device: { page: string; code: string } | undefined;
  /** When the code ends, in milliseconds since 1970. */
  until: number | undefined;
  onCancel: () => void;
}): ReactNode {
  const { address, device, until, onCancel } = props;
  const now = useNow(until === undefined ? 0 : 1000);
  const countdown = until === undefined ? undefined : sayCountdown(until - now);
  return (
    <>
      <Headline takesFocus>{t('signIn.device.title')}</Headline>
      <p className="task-lede">{t('signIn.device.lede')}</p>
      <dl className="facts task-facts">
        <dt>{t('accounts.wait.account')}</dt>
        <dd dir="auto">{address}</dd>
        {device && (
          <>
            <dt>{t('signIn.device.page')}</dt>
            <dd className="selectable">{device.page}</dd>
            <dt className="device-label">{t('signIn.device.code')}</dt>
            <dd className="device-code selectable">{device.code}</dd>
          </>
        )}
      </dl>
      <div className="task-actions">
        {device && (
          <>
            <CopyButton text={device.code} said={t('signIn.device.codeCopied')}>
              {t('signIn.device.copyCode')}
            </CopyButton>
            <CopyButton text={device.page} said={t('signIn.device.pageCopied')}>
              {t('signIn.device.copyPage')}
            </CopyButton>
          </>
        )}
        <Button variant="quiet" onPress={onCancel}>
          {t('accounts.cancel')}
        </Button>
      </div>
      <p className="task-foot num" role="timer">
        {!device
          ? t('signIn.device.finding')
          : countdown === undefined
            ? t('signIn.device.only')
            : t('accounts.wait.lastMinute', { time: countdown })}
      </p>
    </>
  );
}
