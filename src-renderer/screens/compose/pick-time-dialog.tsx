import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/i18n.ts';
import { toLocalInput } from './later-times.ts';

/**
 * The menu item that opened the dialog is gone when it closes, and with it the place to which the focus would return: it goes to the
 * button of that menu then. Two frames later, when nobody else takes it any more.
 */
function returnFocus(): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body && document.activeElement !== null) return;
      document.querySelector<HTMLElement>('.compose-foot [aria-haspopup]')?.focus();
    }),
  );
}

/** Asks for the day and the time at which a message is to go. */
export function PickTimeDialog({
  onClose,
  onPick,
}: {
  onClose: () => void;
  onPick: (time: number) => void;
}): ReactNode {
  const [value, setValue] = useState(() => toLocalInput(Date.now() + 60 * 60_000));
  const [isPast, setIsPast] = useState(false);
  useEffect(() => returnFocus, []);
  const pick = (): void => {
    const time = new Date(value).getTime();
    if (Number.isNaN(time) || time <= Date.now()) setIsPast(true);
    else onPick(time);
  };
  return (
    <Dialog
      title={t('compose.pickTimeTitle')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onPress={onClose}>
            {t('mailbox.cancel')}
          </Button>
          <Button variant="primary" onPress={pick}>
            {t('compose.sendLater')}
          </Button>
        </>
      }
    >
      <label className="field">
        <span className="field-label">{t('compose.pickTimeLabel')}</span>
        <span className="field-box">
          <input
            type="datetime-local"
            value={value}
            min={toLocalInput(Date.now())}
            aria-invalid={isPast}
            onChange={(event) => {
              setValue(event.currentTarget.value);
              setIsPast(false);
            }}
          />
        </span>
        <span className={isPast ? 'field-error' : 'field-help'} role={isPast ? 'alert' : undefined}>
          {t(isPast ? 'compose.pickTimePast' : 'compose.pickTimeHelp')}
        </span>
      </label>
    </Dialog>
  );
}
