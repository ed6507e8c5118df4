/**
 * Writes into a store until it is killed: new messages, a move of each into another mailbox, and one word more of a draft. Prints how
 * many moves and words were answered.
 */
import { systemClock } from '../../src-main/base/clock.ts';
import { openStore } from '../../src-main/store/store.ts';
import type { AccountId, GrantId } from '../../src-shared/model/ids.ts';

const directory = process.argv[2];
if (directory === undefined) throw new Error('which folder?');
const accountId = 'account' as AccountId;
const server = { host: 'mail.example.org', port: 993, security: 'tls' as const };
const store = openStore({ directory, key: new Uint8Array(32).fill(7), clock: systemClock });
store.accounts.add({
  account: {
    accountId,
    address: 'ada@example.org',
    displayName: 'Ada',
    providerId: 'example',
    providerName: 'Example',
    userName: 'ada',
    auth: 'password',
    imap: server,
    smtp: server,
    sendSavesCopy: false,
    bodyMonths: 12,
    addedAt: 0,
  },
  grant: {
    grantId: 'grant' as GrantId,
    accountId,
    kind: 'password',
    scopes: [],
    grantedAt: 0,
    state: 'active',
  },
  audit: { kind: 'signed-in' },
});
store.mailboxes.replaceList(accountId, [
  { path: 'INBOX', delimiter: '/', name: 'INBOX', specialUse: 'inbox', selectable: true },
  { path: 'Archive', delimiter: '/', name: 'Archive', specialUse: 'archive', selectable: true },
]);
const [inbox, archive] = store.mailboxes.list();
if (!inbox || !archive) throw new Error('no mailboxes');

const draft = { accountId, to: [], cc: [], bcc: [], subject: 'Story', text: '' };
const { draftId } = store.drafts.create(draft);

for (let uid = 1; ; uid++) {
  const person = { name: 'Bob', address: 'bob@example.org' };
  const { added } = store.messages.addEnvelopes(inbox.mailboxId, [
    {
      uid,
      flags: [],
      internalDate: uid * 1000,
      size: uid,
      messageIdHeader: `<${uid}@example.org>`,
      inReplyTo: [],
      references: uid % 2 === 0 ? [`<${uid - 1}@example.org>`] : [],
      subject: `Subject ${uid}`,
      from: [person],
      to: [person],
      cc: [],
      bcc: [],
      replyTo: [],
      hasAttachments: false,
    },
  ]);
  store.operations.enqueueMove({
    messageIds: added,
    from: { kind: 'mailbox', mailboxId: inbox.mailboxId },
    to: archive.mailboxId,
  });
  store.drafts.save(draftId, { ...draft, text: 'word '.repeat(uid) });
  process.stdout.write(`${uid}\n`);
}
