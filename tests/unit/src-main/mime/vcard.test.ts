import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVcards, writeVcards } from '../../../../src-main/mime/vcard.ts';

const card = (...lines: string[]) => ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n');

describe('readVcards', () => {
  it('reads version 4.0, with groups, parameters and folded lines', () => {
    const text = card(
      'VERSION:4.0',
      'FN:Ada Lovelace',
      'N:Lovelace;Ada;;;',
      'item1.EMAIL;TYPE=work;PREF=1:ada@example.org',
      'EMAIL:mailto:ada@home.test',
      'EMAIL:ada@example.org',
      'TEL;VALUE=uri;TYPE="voice,home":tel:+44-20-7946-0000',
      'ORG:Analytical Engines\\, Ltd;Research',
      'NOTE:First line\\nsecond\\; l',
      ' ine',
    );
    expect(readVcards(text)).toEqual([
      {
        name: 'Ada Lovelace',
        addresses: ['ada@example.org', 'ada@home.test'],
        phones: ['+44-20-7946-0000'],
        organisation: 'Analytical Engines, Ltd, Research',
        note: 'First line\nsecond; line',
      },
    ]);
  });

  it('reads version 2.1 with quoted-printable in its own character set', () => {
    const text = card(
      'VERSION:2.1',
      'N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg',
      'TEL;CELL;VOICE:0170 1',
      'NOTE;QUOTED-PRINTABLE;CHARSET=UTF-8:eins=0D=0A=',
      'zwei =E2=82=AC',
    );
    expect(readVcards(text)).toEqual([
      { name: 'Jörg Müller', addresses: [], phones: ['0170 1'], organisation: '', note: 'eins\nzwei €' },
    ]);
  });

  it('takes nothing that could be fetched or run, no agent, and no list of others', () => {
    const text =
      card(
        'FN:A',
        'URL:javascript:alert(1)',
        'PHOTO;VALUE=URI:https://tracker.test/a.png',
        'PHOTO;ENCODING=b:AAAA',
        ' BBBB',
        'AGENT:',
        'BEGIN:VCARD',
        'FN:Agent',
        'END:VCARD',
        'EMAIL:a@b.test',
      ) + card('KIND:group', 'FN:Team', 'MEMBER:mailto:x@y.test');
    const people = readVcards(text);
    expect(people).toEqual([{ name: 'A', addresses: ['a@b.test'], phones: [], organisation: '', note: '' }]);
    expect(JSON.stringify(people)).not.toMatch(/javascript|tracker|AAAA/);
  });

  it('reads a card that is cut off, and nothing out of what is none', () => {
    expect(readVcards('BEGIN:VCARD\nFN:Half')).toMatchObject([{ name: 'Half' }]);
    expect(readVcards('just words: and more\r\n')).toEqual([]);
    expect(readVcards(card('VERSION:3.0'))).toEqual([]);
  });

  it('stays quick and within its limits whatever comes', () => {
    const fields = card(
      'FN:Many',
      ...Array.from({ length: 100_000 }, (_, index) => `EMAIL:a${index}@b.test`),
    );
    expect(readVcards(fields)[0]?.addresses).toHaveLength(50);
    expect(readVcards(card('FN:x').repeat(300), 100)).toHaveLength(100);
    expect(
      readVcards(`BEGIN:VCARD\r\nFN:${'x'.repeat(5_000_000)}\r\n${' y\r\n'.repeat(500_000)}`),
    ).toHaveLength(1);
    expect(readVcards(`BEGIN:VCARD\r\n${'A;'.repeat(2_000_000)}\r\n${'"'.repeat(500_000)}`)).toEqual([]);
  });
});

describe('writeVcards', () => {
  const text = (most: number) => fc.string({ unit: 'grapheme', maxLength: most }).map((one) => one.trim());
  const person = fc.record({
    name: text(80).filter((name) => name !== ''),
    addresses: fc.uniqueArray(fc.emailAddress(), { maxLength: 3 }),
    phones: fc.uniqueArray(fc.stringMatching(/^\+[0-9 ]{3,20}[0-9]$/), { maxLength: 2 }),
    organisation: text(80),
    note: text(300),
  });
  const settled = (one: string) => one.replace(/\s+/gu, ' ').trim();

  it('writes what is read again as it was, in lines of at most 75 bytes', () => {
    fc.assert(
      fc.property(fc.array(person, { maxLength: 3 }), (people) => {
        const written = writeVcards(people);
        for (const line of written.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(readVcards(written)).toEqual(
          people.map((one) => ({
            ...one,
            name: settled(one.name),
            phones: [...new Set(one.phones.map(settled))],
            organisation: settled(one.organisation),
          })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('lets nothing in a value begin a line of its own', () => {
    const written = writeVcards([
      {
        name: 'A\r\nEMAIL:evil@x',
        addresses: ['a@b.test'],
        phones: [],
        organisation: '',
        note: 'x\nEND:VCARD',
      },
    ]);
    expect(written.match(/^EMAIL/gm)).toHaveLength(1);
    expect(readVcards(written)[0]?.note).toBe('x\nEND:VCARD');
  });
});
