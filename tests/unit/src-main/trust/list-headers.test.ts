import { describe, expect, it } from 'vitest';
import type { KeptHeaders } from '../../../../src-main/base/kept-headers.ts';
import { oneClickUrl, readListHeaders } from '../../../../src-main/trust/list-headers.ts';

const headers = (more: Partial<KeptHeaders>): KeptHeaders => ({
  from: [],
  sender: [],
  replyTo: [],
  authenticationResults: [],
  signedBy: ['example.org'],
  ...more,
});
const POST = 'List-Unsubscribe=One-Click';

describe('a message of many', () => {
  it.each([
    [{ listPost: '<mailto:talk@lists.example.org>', listId: 'x' }, 'list'],
    [{ precedence: 'List' }, 'list'],
    [{ listPost: 'NO', listId: '<news.example.org>' }, 'bulk'],
    [{ listUnsubscribe: '<mailto:x@example.org>' }, 'bulk'],
    [{ precedence: 'bulk' }, 'bulk'],
    [{ autoSubmitted: 'auto-replied (vacation)' }, 'automatic'],
    [{ autoSubmitted: 'no' }, undefined],
    [{}, undefined],
  ])('%j: %s', (more, bulk) => {
    expect(readListHeaders(headers(more)).bulk).toBe(bulk);
  });

  it('names its list and where one writes to', () => {
    const found = readListHeaders(
      headers({
        listId: '=?utf-8?q?Caf=C3=A9_talk?= <cafe.lists.example.org>',
        listPost: '<mailto:cafe@lists.example.org?subject=x>',
      }),
    );
    expect(found).toMatchObject({ listName: 'Café talk', listPost: 'cafe@lists.example.org' });
    expect(readListHeaders(headers({ listId: '<a.example.org>' })).listName).toBe('a.example.org');
  });
});

describe('the way out of a list', () => {
  const way = (listUnsubscribe: string, more: Partial<KeptHeaders> = {}) =>
    readListHeaders(headers({ listUnsubscribe, ...more })).unsubscribe;

  it('is one click where RFC 8058 is followed', () => {
    const listUnsubscribe = '<mailto:u@example.org>, <https://example.org/u?x=1>';
    const click = { kind: 'one-click', host: 'example.org' };
    expect(way(listUnsubscribe, { listUnsubscribePost: POST })).toEqual(click);
    expect(way(listUnsubscribe, { listUnsubscribePost: POST, signedBy: [] })?.kind).toBe('mail');
    expect(way(listUnsubscribe, { listUnsubscribePost: `${POST}&x=1` })?.kind).toBe('mail');
    expect(way(listUnsubscribe)).toEqual({ kind: 'mail', address: 'u@example.org' });
  });

  it('is what the sender names first, and of a mail nothing but its address', () => {
    expect(way('<https://example.org/u>, <mailto:u@example.org>')).toEqual({
      kind: 'page',
      url: 'https://example.org/u',
    });
    expect(way('<mailto:boss@example.org?subject=I%20quit&body=x&cc=all@example.org>')).toEqual({
      kind: 'mail',
      address: 'boss@example.org',
    });
  });

  it.each([
    '<http://example.org/u>',
    '<file:///etc/passwd>',
    '<javascript:alert(1)>',
    '<https://user:secret@example.org/u>',
    '<mailto:>',
    '<mailto:a@b.example,c@d.example>',
    '<mailto:%0d%0aBcc:x@evil.example>',
    'https://example.org/u',
    Array.from({ length: 200 }, (_, n) => `<https://example.org/${n}>`).join(', '),
  ])('is not %s', (listUnsubscribe) => {
    expect(way(listUnsubscribe)).toBeUndefined();
  });

  it('with two addresses for a POST has none', () => {
    const listUnsubscribe = '<https://a.example/u>, <https://b.example/u>';
    expect(oneClickUrl({ listUnsubscribe, listUnsubscribePost: POST })).toBeUndefined();
  });
});
