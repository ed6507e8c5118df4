import { describe, expect, it } from 'vitest';
import {
  isOrganisation,
  recipientsText,
  senderNameOf,
  shortNameOf,
} from '../../../../src-renderer/components/people-words.ts';

const words = {
  you: 'you',
  nobody: 'nobody',
  list: (parts: readonly string[]) => parts.join(' and '),
  more: (names: string, count: number) => `${names} +${count}`,
};

describe('people in words', () => {
  it('are oneself and others by name, with the rest counted', () => {
    const own = new Set(['me@x.example']);
    expect(
      recipientsText(
        [
          { name: '', address: 'ME@x.example' },
          { name: 'Jonas', address: 'j@x.example' },
        ],
        own,
        words,
      ),
    ).toBe('you and Jonas');
    const crowd = Array.from({ length: 400 }, (_, index) => ({
      name: `P${index}`,
      address: `p${index}@x.example`,
    }));
    expect(recipientsText(crowd, own, words)).toBe('P0, P1 +398');
    expect(recipientsText([], own, words)).toBe('nobody');
  });

  it('never show a name that is another address', () => {
    expect(senderNameOf({ name: 'ceo@bank.example', address: 'x@evil.example' })).toBe('x@evil.example');
  });

  it('are called by their given name, organisations by all of it', () => {
    expect(shortNameOf({ name: 'Inês Carvalho', address: 'ines@x.example' })).toBe('Inês');
    expect(shortNameOf({ name: '', address: 'ines@x.example' })).toBe('ines');
    expect(shortNameOf({ name: 'The Long Field', address: 'newsletter@x.example' })).toBe('The Long Field');
  });

  it('are taken for an organisation by an address that is a role or a name that is that of the domain', () => {
    expect(isOrganisation({ name: '', address: 'no-reply@x.example' })).toBe(true);
    expect(isOrganisation({ name: 'The Long Field', address: 'letters@thelongfield.example' })).toBe(true);
    expect(isOrganisation({ name: 'Norrtåg', address: 'biljett@mail.norrtag.example' })).toBe(true);
    expect(isOrganisation({ name: 'Ulrike Lindgård', address: 'ulrike@lindgard.example' })).toBe(false);
    expect(isOrganisation({ name: '', address: 'x@y.example' })).toBe(false);
    expect(isOrganisation({ name: '', address: 'info.maya@x.example' })).toBe(true);
    expect(isOrganisation({ name: '', address: 'newsom@x.example' })).toBe(false);
  });
});
