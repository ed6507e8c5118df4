import { describe, expect, it } from 'vitest';
import {
  badAddressOf,
  contactName,
  contactWords,
  contentOf,
  EMPTY,
  fieldsOf,
  isBlank,
  withLine,
} from '../../../../../src-renderer/screens/contacts/contact-words.ts';
import { membersText, readMembers } from '../../../../../src-renderer/screens/contacts/group-members.ts';

describe('a contact', () => {
  it('is called by its name, else by what else is known', () => {
    expect(contactName({ ...EMPTY, name: 'Ada', addresses: ['a@b.example'] })).toBe('Ada');
    expect(contactWords({ ...EMPTY, name: 'Ada', addresses: ['a@b.example'] })).toBe('a@b.example');
    expect(contactName({ ...EMPTY, addresses: ['a@b.example'], organisation: 'B' })).toBe('a@b.example');
    expect(contactWords({ ...EMPTY, addresses: ['a@b.example'], organisation: 'B' })).toBe('B');
    expect(contactName(EMPTY)).toBe('Without a name');
  });

  it('is edited with one more line to type into, and kept without empty ones', () => {
    const fields = fieldsOf({ ...EMPTY, addresses: ['a@b.example'] });
    expect(fields.addresses).toEqual(['a@b.example', '']);
    expect(withLine(fields.addresses, 1, 'c')).toEqual(['a@b.example', 'c', '']);
    expect(withLine(fields.addresses, 0, '')).toEqual(['', '']);
    expect(contentOf({ ...fields, addresses: ['', ' a@b.example ', ''] }).addresses).toEqual(['a@b.example']);
    expect(isBlank({ ...EMPTY, name: '  ' })).toBe(true);
  });

  it('says which address nobody can write to', () => {
    expect(badAddressOf(['a@b.example', '', 'a b@c'])).toBe(2);
    expect(badAddressOf(['a@b.example', ''])).toBe(-1);
  });
});

describe('the members of a group', () => {
  it('are one a line, and come back as they were', () => {
    const members = [
      { name: 'Lovelace, Ada', address: 'ada@example.org' },
      { name: '', address: 'bob@example.org' },
    ];
    expect(readMembers(membersText(members))).toEqual({ members });
  });

  it('may be pasted as a list; the line that is no address is named', () => {
    expect(readMembers('a@b.example, "B, C" <c@b.example>; A@b.example').members).toEqual([
      { name: '', address: 'A@b.example' },
      { name: 'B, C', address: 'c@b.example' },
    ]);
    expect(readMembers('a@b.example\nnobody').bad).toBe('nobody');
  });
});
