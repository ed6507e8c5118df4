import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { DateTimeField } from '../../components/date-time-field.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t } from '../../i18n/i18n.ts';
import { wholeMinute } from './later-times.ts';

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
  const [start] = useState(() => wholeMinute(Date.now() + 60 * 60_000));
  const [value, setValue] = useState<number | undefined>(start);
  const [isPast, setIsPast] = useState(false);
  useEffect(() => returnFocus, []);
  const pick = (): void => {
    if (value === undefined || value <= Date.now()) setIsPast(true);
    else onPick(value);
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
      <DateTimeField
        label={t('compose.pickTimeLabel')}
        start={start}
        onChange={(time) => {
          setValue(time);
          setIsPast(false);
        }}
        error={isPast ? t('compose.pickTimePast') : undefined}
        description={t('compose.pickTimeHelp')}
      />
    </Dialog>
  );
}
