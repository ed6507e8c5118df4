/** 10,000 mailboxes: listed together, none of them opened for nothing, and the person's own changes do not wait for them. */
import { expect, it } from 'vitest';
import { newMailbox } from '../servers/imap-answers.mjs';
import { scriptedWorld, USER } from './scripted-world.ts';

const scripted = scriptedWorld();
const COUNT = 10_000;

it('10,000 mailboxes are listed, and a click goes through meanwhile', async () => {
  const mailboxes = scripted.server.mailboxesOf(USER);
  for (let n = 0; n < COUNT; n += 1) {
    const path =
      n % 50 === 0
        ? `Folder ${n}`
        : `Folder ${n - (n % 50)}/${n} Größe`.replace('ö', '&APY-').replace('ß', '&AN8-');
    mailboxes.set(path, newMailbox(path));
  }
  scripted.deliver('One');
  scripted.world.sync.start();
  await scripted.world.until('the inbox', () => scripted.inbox().length === 1);
  scripted.flag('One', '\\Flagged');
  const { store, account, server } = scripted;
  await scripted.world.until('the click', () => store.operations.pending(account).flags === 0);
  expect(server.mailbox(USER, 'INBOX').messages[0]?.flags.has('\\Flagged')).toBe(true);
  await scripted.world.until('all mailboxes', () => store.mailboxes.list(account).length === COUNT + 6);
  expect(store.mailboxes.list(account).some(({ path }) => path.endsWith('Größe'))).toBe(true);
  expect(server.connections()).toBeLessThanOrEqual(4);
  // Empty ones need no look inside: their status came with the list (RFC 5819).
  expect(server.lines.filter((line) => /SELECT "?Folder/.test(line)).length).toBeLessThan(100);
});
