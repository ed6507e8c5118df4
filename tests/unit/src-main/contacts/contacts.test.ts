import { describe, expect, it } from 'vitest';
import { createContacts } from '../../../../src-main/contacts/contacts.ts';
import type { Completion, ContactContent } from '../../../../src-shared/model/contact.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';
import { openTestStore } from '../store/test-store.ts';
import { write } from '../store/written.ts';

const DAY = 24 * 60 * 60_000;
const person = (name: string, ...addresses: string[]): ContactContent => ({
  name,
  addresses,
  phones: [],
  organisation: '',
  note: '',
});
const shown = (found: Completion[]) =>
  found.map((one) => (one.kind === 'group' ? one.name : one.person.address));

describe('whom somebody means', () => {
  it('is found by the beginnings of names, of addresses and of their parts, whatever the accents', () => {
    const { store } = openTestStore();
    const contacts = createContacts(store.contacts);
    store.contacts.save(person('Zoë Ångström', 'z.angstrom@physics.example.org'));
    for (const text of ['zoe', 'angs', 'Ång', 'zoë ang', 'ang zo', 'z.a', 'angstrom', '@phys', 'example']) {
      expect(shown(contacts.complete(text, 8)), text).toEqual(['z.angstrom@physics.example.org']);
    }
    for (const text of ['gstrom', 'oe', 'zoe b', '', '  '])
      expect(contacts.complete(text, 8), text).toEqual([]);
  });

  it('is first whoever is written to often and lately', () => {
    const test = openTestStore();
    const contacts = createContacts(test.store.contacts);
    for (let turn = 0; turn < 6; turn++) write(test.store, 'anna.old@example.org');
    test.clock.time += 400 * DAY;
    write(test.store, 'anna.lately@example.org');
    test.clock.time += DAY;
    for (let turn = 0; turn < 3; turn++) write(test.store, 'anna.often@example.org');
    test.store.contacts.save(person('Anna Never', 'anna.never@example.org'));
    expect(shown(contacts.complete('anna', 8))).toEqual([
      'anna.often@example.org',
      'anna.lately@example.org',
      'anna.old@example.org',
      'anna.never@example.org',
    ]);
    expect(contacts.complete('anna', 2)).toHaveLength(2);
  });

  it('may be a group, which becomes its members', () => {
    const { store } = openTestStore();
    const contacts = createContacts(store.contacts);
    const members = [{ name: 'Ada', address: 'ada@example.org' }];
    store.contacts.saveGroup({ name: 'Chess club', members });
    store.contacts.saveGroup({ name: 'Chess empty', members: [] });
    expect(contacts.complete('che', 8)).toEqual([{ kind: 'group', name: 'Chess club', members }]);
  });

  it('is answered within a few milliseconds among 20,000', () => {
    const { store } = openTestStore();
    const contacts = createContacts(store.contacts);
    store.contacts.addMany(
      Array.from({ length: 20_000 }, (_, n) =>
        person(`Person ${n} Família`, `person${n}@host${n % 500}.example`),
      ),
    );
    contacts.complete('warm', 8);
    for (const text of ['nobody at all', 'person19999', 'famil']) {
      const times = Array.from({ length: 15 }, () => {
        const spent = startCounting();
        contacts.complete(text, 8);
        return spent();
      });
      expect(Math.min(...times), text).toBeLessThan(5);
    }
  });
});

describe('the list of contacts', () => {
  it('goes by name, page by page, and by what is asked for', () => {
    const { store } = openTestStore();
    const contacts = createContacts(store.contacts);
    store.contacts.save(person('Émile', 'emile@example.org'));
    store.contacts.save(person('', 'dora@example.org'));
    store.contacts.save({ ...person('Fritz'), organisation: 'Post Office' });
    const names = (query: string, start = 0, limit = 10) =>
      contacts.page(query, start, limit).contacts.map((one) => one.name || one.addresses[0]);
    expect(names('')).toEqual(['dora@example.org', 'Émile', 'Fritz']);
    expect(names('', 1, 1)).toEqual(['Émile']);
    expect(names('emi')).toEqual(['Émile']);
    expect(names('off')).toEqual(['Fritz']);
    expect(contacts.page('', 0, 1).total).toBe(3);
  });

  it('takes many in at once, without holding everybody up', async () => {
    const { store } = openTestStore();
    const contacts = createContacts(store.contacts);
    const many = Array.from({ length: 1_200 }, (_, n) => person(`P${n}`, `p${n}@example.org`));
    expect(await contacts.add(many)).toEqual({ added: 1_200, changed: 0 });
    expect(await contacts.add(many)).toEqual({ added: 0, changed: 0 });
    expect(contacts.page('', 0, 1).total).toBe(1_200);
  });
});
