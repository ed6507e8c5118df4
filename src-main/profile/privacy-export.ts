/**
 * Everything that is kept here, in forms that other programs read: mail as mbox, drafts and the outbox as .eml, the rest as JSON and pages.
 * No key, no password, no token: what is in the vault stays there. Written into a folder of its own that gets its name when it is whole; of
 * one that was cancelled or failed nothing stays.
 */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../../src-shared/model/account.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import type { Identity } from '../../src-shared/model/identity.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Receipt } from '../../src-shared/model/receipt.ts';
import { MailError } from '../base/errors.ts';
import { turn } from '../base/turn.ts';
import { inFileWords } from '../base/write-file.ts';
import { harmlessFileName } from '../mime/file-name.ts';
import { writeVcards } from '../mime/vcard.ts';
import type { Store } from '../store/store.ts';

export type ExportAllOptions = {
  /** The folder that the person picked. */
  parent: string;
  store: Store;
  identities: readonly Identity[];
  now: number;
  /** Writes a mailbox to an mbox file, as far as it is kept here. */
  writeMailbox(
    mailboxId: MailboxId,
    path: string,
    signal: AbortSignal,
  ): Promise<{ messages: number; left: number }>;
  /** The draft as a message. Throws recipient-invalid, attachment-unreadable when it has no form. */
  composeDraft(draft: Draft, account: Account): Promise<{ source: Uint8Array }>;
  receiptPage(receipt: Receipt): string;
};

/** `left`: messages whose content is not on this computer but on their server only, or that have no form. */
export type Exported = { folder: string; messages: number; left: number };

const ACTIVITY_AT_ONCE = 500;

/** Throws disk-full, file-unwritable, what the store throws; or the signal's reason. */
export async function exportEverything(options: ExportAllOptions, signal: AbortSignal): Promise<Exported> {
  const { parent, store, now } = options;
  const day = new Date(now).toISOString().slice(0, 10);
  let result: Exported = { folder: '', messages: 0, left: 0 };
  await inFileWords(async () => {
    const name = await freeName(parent, `Latchkey export ${day}`);
    const unfinished = join(parent, `${name} (unfinished)`);
    await mkdir(unfinished, { mode: 0o700 });
    try {
      const write = (path: string, content: string | Uint8Array): Promise<void> =>
        writeFile(join(unfinished, path), content, { flag: 'wx', mode: 0o600 });
      const counts = await writeMail(options, unfinished, signal);
      const waiting = await writeWaiting(options, unfinished, write, signal);
      await writePeopleAndWords(store, write);
      await write('settings.json', json(store.settings.get()));
      await write('accounts.json', json(describeAccounts(options)));
      await write(
        'activity.json',
        json({ checkpoint: store.audit.checkpoint() ?? null, entries: activityOf(store) }),
      );
      await writeReceipts(options, unfinished, write);
      const total = { messages: counts.messages + waiting.messages, left: counts.left + waiting.left };
      await write(
        'export.json',
        json({ madeAt: new Date(now).toISOString(), ...total, mailboxes: counts.mailboxes }),
      );
      signal.throwIfAborted();
      await rename(unfinished, join(parent, name));
      result = { folder: join(parent, name), ...total };
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw error;
    }
  });
  return result;
}

type Write = (path: string, content: string | Uint8Array) => Promise<void>;
type MailboxCount = { account: string; mailbox: string; file: string; messages: number; left: number };

async function writeMail(
  { store, writeMailbox }: ExportAllOptions,
  folder: string,
  signal: AbortSignal,
): Promise<{ messages: number; left: number; mailboxes: MailboxCount[] }> {
  const mailboxes: MailboxCount[] = [];
  const folderName = createNames();
  await mkdir(join(folder, 'mail'), { mode: 0o700 });
  for (const account of store.accounts.list()) {
    const accountFolder = folderName(nameOf(account));
    await mkdir(join(folder, 'mail', accountFolder), { mode: 0o700 });
    const fileName = createNames();
    for (const { mailboxId, path } of store.mailboxes.list(account.accountId)) {
      signal.throwIfAborted();
      const plain = path.replaceAll(/[/\\]/g, ' - ');
      const file = join('mail', accountFolder, `${fileName(plain)}.mbox`);
      const counts = await writeMailbox(mailboxId, join(folder, file), signal);
      mailboxes.push({ account: nameOf(account), mailbox: path, file, ...counts });
    }
  }
  const sum = (of: 'messages' | 'left') => mailboxes.reduce((total, one) => total + one[of], 0);
  return { messages: sum('messages'), left: sum('left'), mailboxes };
}

/** Drafts as they were typed, in JSON, and as messages; what waits to be sent as it will be sent. */
async function writeWaiting(
  { store, composeDraft }: ExportAllOptions,
  folder: string,
  write: Write,
  signal: AbortSignal,
): Promise<{ messages: number; left: number }> {
  const drafts = store.drafts.list();
  const outbox = store.outbox.list();
  const counts = { messages: 0, left: 0 };
  const fileName = createNames();
  await mkdir(join(folder, 'drafts'), { mode: 0o700 });
  await mkdir(join(folder, 'outbox'), { mode: 0o700 });
  await write('drafts.json', json(drafts));
  await write('outbox.json', json(outbox));
  for (const draft of drafts) {
    signal.throwIfAborted();
    const account = store.accounts.get(draft.accountId);
    const composed = account && (await composeDraft(draft, account).catch(nothingWithoutForm));
    if (composed) await write(join('drafts', `${fileName(draft.subject)}.eml`), composed.source);
    counts[composed ? 'messages' : 'left'] += 1;
    await turn();
  }
  for (const { submissionId, subject } of outbox) {
    signal.throwIfAborted();
    await write(join('outbox', `${fileName(subject)}.eml`), store.outbox.source(submissionId));
    counts.messages += 1;
    await turn();
  }
  return counts;
}

/** Whom one knows, as other programs read it (RFC 6350), and what one writes again and again. */
async function writePeopleAndWords({ contacts, templates, spelling }: Store, write: Write): Promise<void> {
  await write('contacts.vcf', writeVcards(contacts.people().map(({ contact }) => contact)));
  await write('groups.json', json(contacts.groups()));
  await write('templates.json', json(templates.list()));
  await write('words.json', json(spelling.words()));
}

/** A draft of an account without an address, or with an attachment that has gone: it stands in drafts.json all the same. */
function nothingWithoutForm(error: unknown): undefined {
  if (error instanceof MailError && ['recipient-invalid', 'attachment-unreadable'].includes(error.code))
    return undefined;
  throw error;
}

async function writeReceipts(
  { store, receiptPage }: ExportAllOptions,
  folder: string,
  write: Write,
): Promise<void> {
  const fileName = createNames();
  await mkdir(join(folder, 'receipts'), { mode: 0o700 });
  for (const receipt of store.receipts.list()) {
    const day = new Date(receipt.finishedAt).toISOString().slice(0, 10);
    await write(join('receipts', `${fileName(`${day} ${receipt.address}`)}.html`), receiptPage(receipt));
  }
}

/** With the grants beside them: what was granted, not the key. */
function describeAccounts({ store, identities }: ExportAllOptions) {
  return {
    accounts: store.accounts.list().map((account) => ({
      ...account,
      grant: store.grants.byAccount(account.accountId) ?? null,
      identities: identities.filter(({ accountId }) => accountId === account.accountId),
    })),
    debts: store.debts.list(),
  };
}

/** With the hashes of its chain, oldest first, so that it can be checked elsewhere. */
function activityOf(store: Store) {
  const entries = [];
  for (let after = 0; ; ) {
    const some = store.audit.chain(after, ACTIVITY_AT_ONCE);
    entries.push(...some);
    const last = some.at(-1);
    if (!last) return entries;
    after = last.number;
  }
}

function nameOf(account: Account): string {
  return account.address === '' ? account.displayName : account.address;
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Gives names for files: harmless everywhere, and each once, also where capitals do not count. */
function createNames(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    // With an ending, so that the last dot of a name is not taken for one.
    const plain = harmlessFileName(`${wanted}.x`, 'text/plain', taken.size + 1).replace(/\.(x|txt)$/, '');
    for (let number = 1; ; number++) {
      const name = number === 1 ? plain : `${plain} (${number})`;
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  };
}

/** A name for which neither the folder nor its unfinished one is there. */
async function freeName(parent: string, wanted: string): Promise<string> {
  const there = new Set((await readdir(parent)).map((name) => name.toLowerCase()));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} (${number})`;
    const isFree = [name, `${name} (unfinished)`].every((one) => !there.has(one.toLowerCase()));
    if (isFree) return name;
  }
}
