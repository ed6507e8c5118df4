import { describe, expect, it } from 'vitest';
import { readInvitations } from '../../../../src-main/mime/calendar.ts';
import { parseSource } from '../../../../src-main/mime/parse-source.ts';
import { bodyContent } from '../../../../src-shared/model/message-body.ts';

const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:u1', ...lines, 'END:VEVENT'];
const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'METHOD:REQUEST', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const read = (...lines: string[]) => readInvitations(calendar(...lines), { part: 3 });
const startOf = (line: string, ...zone: string[]) => read(...zone, ...event(line))[0]?.start;

describe('readInvitations', () => {
  it('tells an event with who, when, where and how often', () => {
    expect(
      read(
        ...event(
          'SEQUENCE:2',
          'SUMMARY:Lunch\\, with\\; all',
          'DTSTART;TZID=Europe/Berlin:20260314T120000',
          'DTEND;TZID=Europe/Berlin:20260314T133000',
          'LOCATION:Café',
          'DESCRIPTION:One\\ntwo',
          'ORGANIZER;CN="Doe, Ann":mailto:ann@x.test',
          'ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@x.test',
          'ATTENDEE;ROLE=OPT-PARTICIPANT;RSVP=TRUE:MAILTO:eve@x.test',
          'RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=10',
        ),
      ),
    ).toEqual([
      {
        part: 3,
        method: 'request',
        uid: 'u1',
        sequence: 2,
        summary: 'Lunch, with; all',
        start: { at: Date.UTC(2026, 2, 14, 11), allDay: false, timeZone: 'Europe/Berlin' },
        end: { at: Date.UTC(2026, 2, 14, 12, 30), allDay: false, timeZone: 'Europe/Berlin' },
        location: 'Café',
        description: 'One\ntwo',
        organizer: { name: 'Doe, Ann', address: 'ann@x.test' },
        attendees: [
          { name: 'Bob', address: 'bob@x.test', participation: 'accepted', isOptional: false },
          { name: '', address: 'eve@x.test', participation: 'needs-action', isOptional: true },
        ],
        moreAttendees: 0,
        recurrence: { frequency: 'weekly', interval: 2, count: 10 },
      },
    ]);
  });

  it('knows a zone by its name, behind a prefix, by what Windows calls it, or by what it is', () => {
    const at = Date.UTC(2026, 6, 1, 10);
    for (const name of [
      'Europe/Berlin',
      '/mozilla.org/20050126_1/Europe/Berlin',
      'W. Europe Standard Time',
    ]) {
      expect(startOf(`DTSTART;TZID=${name}:20260701T120000`)).toEqual({
        at,
        allDay: false,
        timeZone: 'Europe/Berlin',
      });
    }
    const zone = (...lines: string[]) => ['BEGIN:VTIMEZONE', 'TZID:Mine', ...lines, 'END:VTIMEZONE'];
    const fixed = [
      'BEGIN:STANDARD',
      'DTSTART:16010101T000000',
      'TZOFFSETFROM:+0530',
      'TZOFFSETTO:+0530',
      'END:STANDARD',
    ];
    expect(startOf('DTSTART;TZID=Mine:20260701T120000', ...zone(...fixed))).toEqual({
      at: Date.UTC(2026, 6, 1, 6, 30),
      allDay: false,
    });
    expect(startOf('DTSTART;TZID=Mine:20260701T120000', ...zone('X-LIC-LOCATION:Europe/Berlin'))?.at).toBe(
      at,
    );
  });

  it('says which clock is meant rather than a wrong hour, and no time where there is none', () => {
    const summer = ['BEGIN:DAYLIGHT', 'TZOFFSETTO:+0200', 'RRULE:FREQ=SECONDLY', 'END:DAYLIGHT'];
    const winter = ['BEGIN:STANDARD', 'TZOFFSETTO:+0100', 'END:STANDARD'];
    const zone = ['BEGIN:VTIMEZONE', 'TZID:Mine', ...summer, ...winter, 'END:VTIMEZONE'];
    expect(startOf('DTSTART;TZID=Mine:20260701T120000', ...zone)).toEqual({
      at: Date.UTC(2026, 6, 1, 12),
      allDay: false,
      unknownZone: 'Mine',
    });
    expect(startOf('DTSTART:never')).toBeUndefined();
  });

  it('reads whole days, UTC, times of no zone, and ends that are said as durations', () => {
    expect(startOf('DTSTART;VALUE=DATE:20260314')).toEqual({ at: Date.UTC(2026, 2, 14), allDay: true });
    expect(startOf('DTSTART:20260314T100000Z')).toEqual({
      at: Date.UTC(2026, 2, 14, 10),
      allDay: false,
      timeZone: 'UTC',
    });
    expect(startOf('DTSTART:20260314T100000')).toEqual({
      at: Date.UTC(2026, 2, 14, 10),
      allDay: false,
      unknownZone: '',
    });
    const [invitation] = read(...event('DTSTART:20260314T100000Z', 'DURATION:PT1H30M'));
    expect(invitation?.end?.at).toBe(Date.UTC(2026, 2, 14, 11, 30));
  });

  it('takes nothing that is broken, and no method that nobody knows', () => {
    expect(readInvitations('nonsense', { part: 0 })).toEqual([]);
    expect(readInvitations(calendar('BEGIN:VEVENT', 'SUMMARY:no uid', 'END:VEVENT'), { part: 0 })).toEqual(
      [],
    );
    expect(readInvitations(calendar(...event()).replace('REQUEST', 'EXPLODE'), { part: 0 })).toEqual([]);
    expect(
      readInvitations(calendar(...event()).replace('METHOD:REQUEST\r\n', ''), { part: 0 })[0]?.method,
    ).toBe('publish');
  });

  it('knows which date of a series it is about, how many are left out or come to it, and that one is called off', () => {
    const [one] = read(
      ...event(
        'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID="W. Europe Standard Time":20260314T120000',
        'DTSTART;TZID="W. Europe Standard Time":20260315T120000',
        'EXDATE;TZID=Europe/Berlin:20260401T120000,20260408T120000',
        'EXDATE;VALUE=DATE:20260501',
        'RDATE:20260601T100000Z',
        'STATUS:CANCELLED',
        'COMMENT:Sorry\\, all',
      ),
    );
    expect(one).toMatchObject({
      instance: {
        time: { at: Date.UTC(2026, 2, 14, 11), allDay: false, timeZone: 'Europe/Berlin' },
        isAndLater: true,
      },
      skippedDates: 3,
      addedDates: 1,
      isCancelled: true,
      comment: 'Sorry, all',
    });
  });

  it('tells the newest of several states of one event, each event once, and every date that has a state of its own', () => {
    const states = read(
      ...event('SEQUENCE:1', 'SUMMARY:Old', 'RRULE:FREQ=DAILY'),
      ...event('SEQUENCE:3', 'SUMMARY:New', 'RRULE:FREQ=DAILY'),
      ...event('SEQUENCE:3', 'SUMMARY:New', 'RRULE:FREQ=DAILY'),
      ...event('SEQUENCE:2', 'SUMMARY:Moved', 'RECURRENCE-ID:20260314T100000Z'),
    );
    expect(states.map(({ summary }) => summary)).toEqual(['New', 'Moved']);
  });

  it('knows the declined proposal under both of its names', () => {
    for (const method of ['DECLINECOUNTER', 'DECLINE-COUNTER']) {
      const text = calendar(...event()).replace('METHOD:REQUEST', `METHOD:${method}`);
      expect(readInvitations(text, { part: 0 })[0]?.method).toBe('decline-counter');
    }
  });

  it('reads neither alarms nor files nor links, and repeats nothing', () => {
    const [invitation] = read(
      ...event(
        'RRULE:FREQ=SECONDLY;COUNT=1000000',
        'ATTACH:file:///etc/passwd',
        'URL:javascript:alert(1)',
        'BEGIN:VALARM',
        'ACTION:AUDIO',
        'SUMMARY:from the alarm',
        'ATTACH:http://x.test/a',
        'END:VALARM',
        'SUMMARY:the event',
      ),
    );
    expect(invitation).toMatchObject({
      summary: 'the event',
      recurrence: { frequency: 'secondly', interval: 1, count: 1_000_000 },
    });
    expect(JSON.stringify(invitation)).not.toMatch(/passwd|javascript|x\.test/);
  });

  it('stays within its limits', () => {
    const people = Array.from({ length: 5_000 }, (_, index) => `ATTENDEE:mailto:a${index}@x.test`);
    const [invitation] = read(...event(...people));
    expect(invitation?.attendees).toHaveLength(200);
    expect(invitation?.moreAttendees).toBe(4_800);
    const many = Array.from({ length: 500 }, (_none, index) => [
      'BEGIN:VEVENT',
      `UID:u${index}`,
      'END:VEVENT',
    ]);
    expect(read(...many.flat())).toHaveLength(100);
  });
});

describe('a message with invitations', () => {
  const part = (type: string, body: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
  const mail = (...parts: string[]) =>
    parseSource(Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`));

  it('tells each once, by the number of its file, and keeps the files', () => {
    const text = calendar(...event('SUMMARY:Täglich', 'DTSTART:20260314T100000Z'));
    const message = mail(
      part('text/plain', 'hi'),
      part('text/calendar; method=REQUEST; charset=utf-8', text),
      part('application/ics; name=invite.ics', text),
    );
    expect(message.invitations).toMatchObject([{ part: 0, summary: 'Täglich', method: 'request' }]);
    expect(message.attachments).toHaveLength(2);
  });

  it('is one that the contract takes', () => {
    const text = calendar(
      ...event(
        'DTSTART:20260314T100000Z',
        'DURATION:P1D',
        'RRULE:FREQ=DAILY;UNTIL=20270101',
        'ATTENDEE;PARTSTAT=x:a',
      ),
    );
    const { headers: _, preview: __, searchText: ___, ...body } = mail(part('text/calendar', text));
    expect(bodyContent.parse(body)).toEqual(body);
  });

  it('tells people who came as vCard, at most a hundred', () => {
    const card = 'BEGIN:VCARD\r\nFN:Ann\r\nEMAIL:ann@x.test\r\nEND:VCARD\r\n';
    const message = mail(part('text/plain', 'hi'), part('text/x-vcard; name=ann.vcf', card.repeat(150)));
    expect(message.people).toHaveLength(100);
    expect(message.people?.[0]).toMatchObject({ part: 0, name: 'Ann', addresses: ['ann@x.test'] });
    expect(message.attachments).toMatchObject([{ filename: 'ann.vcf' }]);
  });
});
