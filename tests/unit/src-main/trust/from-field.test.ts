import { describe, expect, it } from 'vitest';
import { headerFieldsOf } from '../../../../src-main/imap/header-fields.ts';
import { readFrom } from '../../../../src-main/trust/from-field.ts';

/** As the program shows it: read by the one parser of lists, heads and answers. */
const read = (...fields: string[]) =>
  readFrom(fields, headerFieldsOf(Buffer.from(fields.map((one) => `From: ${one}\r\n`).join(''))).from);

describe('a From field', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ['Ada Lovelace <ada@example.org>', 'ada@example.org'],
    ['"Lovelace, Ada (home)" <ada@example.org>', 'ada@example.org'],
    ['Ada Q. Lovelace <ada+list@mail.example.org>', 'ada+list@mail.example.org'],
    ['=?utf-8?q?Ad=C3=A1?= <ada@example.org>', 'ada@example.org'],
    ['ada@example.org <ada@example.org>', 'ada@example.org'],
    ['ada@example.org (Ada)', 'ada@example.org'],
    ['"ada@example.org" <ada@example.org>', 'ada@example.org'],
    ['Jörg <jörg@müller.example>', 'jörg@müller.example'],
  ])('that can be read in one way only is read: %s', (text, address) => {
    expect(read(text)).toEqual({ kind: 'one', address });
  });

  it('with two authors names both', () => {
    const addresses = ['ada@example.org', 'bob@example.com'];
    expect(read('Ada <ada@example.org>, bob@example.com')).toEqual({ kind: 'several', addresses });
  });

  it.each([
    ['two addresses in angle brackets', 'Spoofed <s@e.example> <real@x.example>'],
    ['an address before the brackets', 'ceo@bank.example <x@evil.example>'],
    ['a group', 'a: b@c.example;'],
    ['two @', 'a@b@c.example'],
    ['a route', '<@relay.example:a@b.example>'],
    ['a quoted local part that looks like an address', '"a@evil.example x"@internal.example'],
    ['an encoded word in the address', '=?utf-8?q?x=40evil.example=2C?=@bank.example'],
    ['a comment in the address', 'a@evil.example(comment)@bank.example'],
    ['a comment within the address', 'a@(comment)bank.example'],
    ['a colon between two', '"S" <valid@example.net>:<attacker@example.org>'],
    ['a bracket that does not close', 'Ada <ada@example.org'],
    ['a comment that does not close', 'ada@example.org (Ada'],
    ['a quote that does not close', '"Ada <ada@example.org>'],
    ['a control', 'Ada\x07 <ada@example.org>'],
    ['nothing', ''],
    ['no domain', 'root'],
    ['a backslash outside quotes', 'Ada \\<x@evil.example\\> <ada@example.org>'],
  ])('with %s is told as it stands', (_title, text) => {
    expect(read(text)).toMatchObject({ kind: 'malformed' });
  });

  it('that stands there twice, or not at all, is told as it stands', () => {
    expect(read('a@example.org', 'b@evil.example')).toEqual({
      kind: 'malformed',
      raw: 'a@example.org[U+000A]b@evil.example',
    });
    expect(readFrom([], [])).toEqual({ kind: 'malformed', raw: '' });
  });

  it('that the program would show otherwise is told as it stands', () => {
    expect(readFrom(['ada@example.org'], [{ name: '', address: 'eve@example.org' }]).kind).toBe('malformed');
  });

  it('is shown with what cannot be seen made visible, and not at any length', () => {
    const { raw = '' } = read(`\u202e<x@evil.example \u200b ${'y'.repeat(2_000)}`) as { raw?: string };
    expect(raw).toMatch(/^\[U\+202E\]<x@evil\.example \[U\+200B\] y+$/);
    expect(raw.length).toBeLessThanOrEqual(500);
  });
});
