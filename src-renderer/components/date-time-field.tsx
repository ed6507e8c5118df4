import {
  type CalendarDateTime,
  fromAbsolute,
  getLocalTimeZone,
  toCalendarDateTime,
  today,
} from '@internationalized/date';
import { type ReactNode, useEffect } from 'react';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  FieldError,
  Group,
  Heading,
  Label,
  Popover,
  Text,
} from 'react-aria-components';
import { Icon } from './icon.tsx';
import './date-time-field.css';

export type DateTimeFieldProps = {
  label: string;
  /** What stands there at first, in milliseconds since 1970. */
  start: number;
  /** Undefined while it is not whole. */
  onChange: (time: number | undefined) => void;
  /** What is wrong, as a sentence; the field is marked while it is there. */
  error?: string | undefined;
  description?: string;
};

function shown(time: number): CalendarDateTime {
  return toCalendarDateTime(fromAbsolute(time, getLocalTimeZone()));
}

/**
 * React Aria empties the place from which a screen reader hears of a changed number with `innerHTML = ''`, which the page's policy
 * (Trusted Types) refuses as it refuses every text that is to become HTML. That place is emptied without HTML instead. A policy that lets
 * the empty text through would do too, but the editor would take it for its own and paste nothing any more.
 */
function useQuietAnnouncer(): void {
  useEffect(() => {
    const mend = (): void => {
      for (const log of document.querySelectorAll('[data-live-announcer] > *')) {
        if (Object.hasOwn(log, 'innerHTML')) continue;
        Object.defineProperty(log, 'innerHTML', { set: () => log.replaceChildren() });
      }
    };
    mend();
    // It is put into the page with the first change of a number, and emptied for the first time before the second.
    const observer = new MutationObserver(mend);
    observer.observe(document.body, { childList: true });
    return () => observer.disconnect();
  }, []);
}

/**
 * A day and a time to come, each part of it to be typed or stepped through, or the day taken from a calendar. It is written as the
 * language of the program writes it; the browser's own field follows the language of the browser.
 */
export function DateTimeField({ label, start, onChange, error, description }: DateTimeFieldProps): ReactNode {
  useQuietAnnouncer();
  return (
    <DatePicker
      className="field"
      granularity="minute"
      hourCycle={24}
      autoFocus
      shouldForceLeadingZeros
      validationBehavior="aria"
      isInvalid={error !== undefined}
      defaultValue={shown(start)}
      onChange={(value) => onChange(value?.toDate(getLocalTimeZone()).getTime())}
    >
      <Label>{label}</Label>
      <Group className="field-box">
        <DateInput className="date-parts">
          {(segment) => <DateSegment className="date-part" segment={segment} />}
        </DateInput>
        <Button className="icon-button date-open">
          <Icon name="calendar" />
        </Button>
      </Group>
      {error === undefined ? (
        <Text slot="description" className="field-help">
          {description}
        </Text>
      ) : (
        <FieldError className="field-error">{error}</FieldError>
      )}
      <Popover className="popover" offset={4}>
        <Dialog className="calendar-dialog">
          <Calendar minValue={today(getLocalTimeZone())}>
            <header className="calendar-head">
              <Button slot="previous" className="icon-button">
                <Icon name="chevron-left" />
              </Button>
              <Heading className="med grow" />
              <Button slot="next" className="icon-button">
                <Icon name="chevron-right" />
              </Button>
            </header>
            <CalendarGrid weekdayStyle="short" className="calendar-days">
              {(date) => <CalendarCell className="calendar-day" date={date} />}
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
