import { expect, it } from 'vitest';
import { lookalikesOf } from '../../../../src-main/contacts/lookalikes.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';
import { openTestStore } from '../store/test-store.ts';
import { write } from '../store/written.ts';

const known = { name: 'Grace', address: 'grace@example.org' };

it('tells of addresses that look like one that was written to twice', () => {
  const { store } = openTestStore();
  write(store, known);
  expect(lookalikesOf(store, ['grace@exarnple.org'])).toEqual([]);
  write(store, known);
  const near = [
    'grace@exarnple.org',
    'grace@xn--exmple-4nf.org',
    'garce@example.org',
    'gracee@example.org',
    'grаce@example.org',
  ];
  expect(lookalikesOf(store, near)).toEqual(near.map((address) => ({ address, resembles: known })));
  const apart = ['Grace@Example.org', 'grace@example.net', 'hopper@example.org', 'grace', 'x@y'];
  expect(lookalikesOf(store, apart)).toEqual([]);
});

it('never tells of an address that is in the contacts', () => {
  const { store } = openTestStore();
  for (let turn = 0; turn < 2; turn++) write(store, known);
  store.contacts.save({
    name: 'Grice',
    addresses: ['gracee@example.org'],
    phones: [],
    organisation: '',
    note: '',
  });
  expect(lookalikesOf(store, ['gracee@example.org'])).toEqual([]);
});

it('looks through thousands of known people fast', () => {
  const { store } = openTestStore();
  for (let n = 0; n < 40; n++) {
    const people = Array.from(
      { length: 50 },
      (_, k) => `somebody${n * 50 + k}@host-number-${n}-of-many.example`,
    );
    write(store, ...people);
    write(store, ...people);
  }
  lookalikesOf(store, ['warm@example.org']);
  const spent = startCounting();
  lookalikesOf(store, ['somebody@host-number-of-many.example', 'other@example.org']);
  expect(spent()).toBeLessThan(200);
});
