import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createContacts } from '../../../../src-main/contacts/contacts.ts';
import { createContactHandlers } from '../../../../src-main/ipc/contact-handlers.ts';
import type { MessageId } from '../../../../src-shared/model/ids.ts';
import { openTestStore, temporaryFolder } from '../store/test-store.ts';
import { createTestShell } from './test-shell.ts';

const signal = new AbortController().signal;
const ada = {
  name: 'Ada, Countess; of "Lovelace"\\',
  addresses: ['ada@example.org', 'ada@example.net'],
  phones: ['+44 20 7946 0000'],
  organisation: 'Analytical Engines',
  note: 'First line\nsecond line: 会議',
};
const card = (name: string, address: string) =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nEMAIL:${address}\r\nEND:VCARD\r\n`;

function start() {
  const { store } = openTestStore();
  const folder = temporaryFolder();
  const picked = { paths: [] as string[], savePath: join(folder, 'out.vcf') };
  let part: Uint8Array = new Uint8Array();
  const context = {
    rooms: () => ({
      store,
      contacts: createContacts(store.contacts),
      sync: {
        openAttachment: async () => ({
          filename: 'people.vcf',
          contentType: 'text/vcard',
          writeTo: async (write: (piece: Uint8Array) => Promise<void>) => write(part),
        }),
      },
    }),
    shell: createTestShell({
      pickFiles: () => ({ paths: picked.paths }),
      pickSavePath: () => ({ path: picked.savePath }),
    }),
  };
  return {
    store,
    picked,
    file: (name: string, content: string | Uint8Array) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    setPart: (text: string) => {
      part = Buffer.from(text);
    },
    handle: createContactHandlers(context),
  };
}

describe('vCard files', () => {
  it('take everybody out, and bring them back as they were', async () => {
    const from = start();
    from.store.contacts.save(ada);
    from.store.contacts.save({ ...ada, name: 'Zoë', addresses: [], phones: ['110'] });
    expect(await from.handle['contacts.export']({}, signal)).toEqual({ saved: true });
    const written = readFileSync(from.picked.savePath, 'utf8');
    expect(written.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);

    const to = start();
    to.picked.paths = [from.picked.savePath];
    const came = await to.handle['contacts.import']({}, signal);
    expect(came).toEqual({ added: 2, changed: 0, unreadable: 0, isCancelled: false });
    const shown = await to.handle['contacts.page']({ query: '', start: 0, limit: 10 }, signal);
    expect(shown).toMatchObject({ total: 2, contacts: [ada, { name: 'Zoë', phones: ['110'] }] });
  });

  it('are read in whatever their program wrote, and what is no vCard is counted', async () => {
    const { handle, picked, file } = start();
    picked.paths = [
      file('old.vcf', Buffer.from(card('Jörg', 'joerg@example.org'), 'latin1')),
      file('wide.vcf', Buffer.from(`\ufeff${card('Zoë', 'zoe@example.org')}`, 'utf16le')),
      file('notes.txt', 'not a card'),
      '/nowhere/at.all',
    ];
    expect(await handle['contacts.import']({}, signal)).toEqual({
      added: 2,
      changed: 0,
      unreadable: 2,
      isCancelled: false,
    });
    const { contacts } = await handle['contacts.page']({ query: '', start: 0, limit: 10 }, signal);
    expect(contacts.map(({ name }) => name)).toEqual(['Jörg', 'Zoë']);
    picked.paths = ['/nowhere/at.all'];
    await expect(handle['contacts.import']({}, signal)).rejects.toThrow('contacts-unreadable');
    picked.paths = [];
    expect(await handle['contacts.import']({}, signal)).toMatchObject({ added: 0, isCancelled: true });
  });

  it('that came with a message are taken from it', async () => {
    const { handle, setPart } = start();
    setPart(card('Grace', 'grace@example.org'));
    const at = { messageId: 1 as MessageId, part: 2 };
    expect(await handle['contacts.importPart'](at, signal)).toEqual({ added: 1, changed: 0 });
    expect(await handle['contacts.importPart'](at, signal)).toEqual({ added: 0, changed: 0 });
    setPart('x'.repeat(20_000_001));
    await expect(handle['contacts.importPart'](at, signal)).rejects.toThrow('contacts-unreadable');
  });
});
