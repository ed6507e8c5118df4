import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { checkSignatures, countFields } from '../../../../src-main/trust/signature.ts';
import { makeKey, signedMail } from './signed-mail.ts';

const key = makeKey();
const FIELDS: [string, string][] = [
  ['From', 'Ada <ada@example.org>'],
  ['To', 'maya@example.net'],
  ['Subject', 'Hello'],
];
const RECEIVED = Date.parse('2026-03-01T10:00:00Z');
const seconds = (time: number) => String(Math.trunc(time / 1000));

function check(
  message: string,
  {
    records = [key.record],
    isWanted = (_domain: string): boolean => true,
    asked = [] as string[],
    fails = undefined as unknown,
  } = {},
) {
  return checkSignatures(Buffer.from(message, 'latin1'), {
    isWanted,
    receivedAt: RECEIVED,
    signal: new AbortController().signal,
    txt: async (name) => {
      asked.push(name);
      if (fails !== undefined) throw fails;
      return records;
    },
  });
}

describe('a signature', () => {
  it('that holds proves its domain, and which fields it covers', async () => {
    const asked: string[] = [];
    const { valid, isBroken } = await check(signedMail(key, { fields: FIELDS }), { asked });
    expect(valid).toEqual([{ domain: 'example.org', covers: ['from', 'to', 'subject'] }]);
    expect(isBroken).toBe(false);
    expect(asked).toEqual(['lab._domainkey.example.org']);
  });

  it('over another body, or other fields, is broken', async () => {
    const message = signedMail(key, { fields: FIELDS });
    expect(await check(message.replace('Hello.', 'Hellp.'))).toEqual({ valid: [], isBroken: true });
    expect(await check(message.replace('ada@', 'eve@'))).toEqual({ valid: [], isBroken: true });
  });

  it.each([
    ['that has run out when the message came', { x: seconds(RECEIVED - 3_600_000) }],
    ['from the future', { t: seconds(RECEIVED + 3_600_000) }],
    ['over the beginning of the body only', { l: '6' }],
    ['with SHA-1', { a: 'rsa-sha1' }],
    ['of another version', { v: '2' }],
    ['with a tag that no signature has', { '__proto__.polluted': 'yes' }],
  ])('%s is not believed', async (_title, tags) => {
    expect((await check(signedMail(key, { fields: FIELDS, tags }))).valid).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('that ran out after the message came holds for it', async () => {
    const tags = { t: seconds(RECEIVED - 60_000), x: seconds(RECEIVED + 86_400_000) };
    expect((await check(signedMail(key, { fields: FIELDS, tags }))).valid).toHaveLength(1);
  });

  it('that leaves From out proves nothing', async () => {
    const message = signedMail(key, { fields: FIELDS, covers: ['To', 'Subject'] });
    expect((await check(message)).valid).toEqual([]);
  });

  it.each([
    ['too short', [makeKey(768).record]],
    ['taken back', ['v=DKIM1; p=']],
    ['of a domain that says it is testing', [`${key.record}; t=y`]],
    ['not there', []],
    ['that is no key', ['v=spf1 -all', `v=DKIM1; p=${'A'.repeat(20_000)}`, 'p=AAAA; __proto__.x=1']],
  ])('whose key is %s proves nothing', async (_title, records) => {
    expect((await check(signedMail(key, { fields: FIELDS }), { records })).valid).toEqual([]);
  });

  it('of a domain that nobody asked about leads to no question', async () => {
    const asked: string[] = [];
    const arc =
      'ARC-Message-Signature: i=1; a=rsa-sha256; d=elsewhere.example; s=x; b=AAAA; bh=AAAA; h=from\r\n';
    const message = arc + signedMail(key, { fields: FIELDS, domain: 'elsewhere.example' });
    const isWanted = (domain: string) => domain === 'example.org';
    expect(await check(message, { asked, isWanted })).toEqual({ valid: [], isBroken: false });
    expect(asked).toEqual([]);
  });

  it('is asked for five times at most, however many there are', async () => {
    const asked: string[] = [];
    const one = signedMail(key, { fields: FIELDS });
    const [line = ''] = one.split('\r\n');
    const many = Array.from({ length: 200 }, (_, n) => line.replace('s=lab', `s=lab${n}`)).join('\r\n');
    await check(`${many}\r\n${one}`, { asked });
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it('whose key cannot be had now leaves it open', async () => {
    const fails = new MailError('offline', { retry: 'later' });
    await expect(check(signedMail(key, { fields: FIELDS }), { fails })).rejects.toThrow('offline');
  });
});

it('a head that does not end, or has too many fields, is too complex', async () => {
  const endless = `From: a@example.org\r\n${'X: y\r\n'.repeat(60_000)}`;
  await expect(check(endless)).rejects.toThrow('too-complex');
  await expect(check(`${'X: y\r\n'.repeat(3_000)}\r\n`)).rejects.toThrow('too-complex');
});

it('a body of endless lines, or of lines without end, is too complex before any of it is looked at', async () => {
  for (const body of [' '.repeat(30_000), ' \r\n'.repeat(1_100_000), 'a\n'.repeat(1_100_000)]) {
    const tags = { c: 'relaxed/relaxed' };
    await expect(check(signedMail(key, { fields: FIELDS, body, tags }))).rejects.toThrow('too-complex');
  }
});

it('a From of groups in groups is taken apart by nobody, or harmlessly', async () => {
  const nested = (depth: number) => `${'a:'.repeat(depth)}ada@example.org${';'.repeat(depth)}`;
  const message = (depth: number) =>
    signedMail(key, {
      fields: [
        ['From', nested(depth)],
        ['Return-Path', nested(50_000)],
      ],
      covers: ['From'],
    });
  await expect(check(message(50_000))).rejects.toThrow('too-complex');
  expect((await check(message(3_000))).isBroken).toBe(false);
});

it('fields are counted by their names, not by what is in them', () => {
  const head =
    'List-Unsubscribe: <a>\r\n list-unsubscribe: <b>\r\nLIST-UNSUBSCRIBE : <c>\r\n\r\nList-Unsubscribe: <d>\r\n';
  expect(countFields(Buffer.from(head), 'list-unsubscribe')).toBe(2);
});
