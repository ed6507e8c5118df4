import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src-main/base/log.ts';
import type { ImapConnection } from '../../src-main/imap/imap-connection.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Cyrus, startCyrus } from '../servers/cyrus.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { trustAuthority } from './trust-authority.ts';

const run = createRunFolder();
let cyrus: Cyrus;
let connection: ImapConnection;
let distrust: () => void;

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  cyrus = await startCyrus({ run, certs, passwords: { maya: 'secret' } });
  connection = await openImap({
    settings: localhost(cyrus.imapsPort),
    authentication: passwordOf('maya', 'secret'),
    signal: new AbortController().signal,
    log: createLog(() => {}),
  });
});
afterAll(async () => {
  connection?.close();
  distrust?.();
  await run.remove();
});

const messageOf = (id: string) => ({
  source: Buffer.from(
    rawMessage({ id: `${id}@lab.test`, subject: `Message ${id}`, text: `Words of ${id}.` }),
  ),
  flags: [],
  internalDate: Date.now(),
});

describe('Cyrus', () => {
  it('tells names of messages and mailboxes that stay (OBJECTID, RFC 8474)', async () => {
    expect(connection.capabilities).toMatchObject({ objectId: true, qresync: true, preview: true });
    await connection.append('INBOX', messageOf('one'));
    await connection.openMailbox('INBOX');
    const [before] = await connection.fetchNewest(1);
    expect(before).toMatchObject({ subject: 'Message one', emailId: expect.stringMatching(/^M\w+$/) });
    await connection.makeMailbox('Projects');
    const find = async (path: string) => (await connection.listMailboxes()).find((one) => one.path === path);
    const listed = await find('Projects');
    expect(listed?.objectId).toMatch(/\w+/);
    await connection.moveMessages([before?.uid ?? 0], 'Projects');
    await connection.renameMailbox('Projects', 'Done');
    expect((await find('Done'))?.objectId).toBe(listed?.objectId);
    expect((await connection.openMailbox('Done')).objectId).toBe(listed?.objectId);
    expect((await connection.fetchNewest(1))[0]?.emailId).toBe(before?.emailId);
  });

  it('brings what changed since, and does without previews that it has not made', async () => {
    await connection.append('INBOX', messageOf('two'));
    await connection.append('INBOX', messageOf('three'));
    const opened = await connection.selectMailbox('INBOX');
    const uids = await connection.existingUids(1, opened.uidNext);
    expect(await connection.fetchPreviews(uids)).toEqual(new Map());
    await connection.storeFlags(uids.slice(0, 1), { add: ['\\Seen'], remove: [] });
    await connection.deleteMessages(uids.slice(1, 2));
    const changes = await connection.fetchChanges(opened.highestModseq ?? 0n);
    expect(changes.changed.map(({ uid }) => uid)).toEqual(uids.slice(0, 1));
    // It may name others that were gone before.
    expect(changes.vanished).toContain(uids[1]);
  });

  it('refuses in words, which become reasons', async () => {
    await expect(connection.openMailbox('No such mailbox')).rejects.toMatchObject({
      code: 'mailbox-missing',
    });
    await expect(connection.makeMailbox('INBOX')).rejects.toMatchObject({ name: 'MailError' });
    const wrong = openImap({
      settings: localhost(cyrus.imapsPort),
      authentication: passwordOf('maya', 'wrong'),
      signal: new AbortController().signal,
      log: createLog(() => {}),
    });
    await expect(wrong).rejects.toMatchObject({ code: 'password-refused' });
  });
});
