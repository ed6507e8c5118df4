/**
 * Writes a mailbox into an mbox file or a folder of .eml files, message by message. An mbox file is written beside its place and put there
 * when it is whole: a half one that looks like a whole one would be found out years later. Of .eml files those that were written stay.
 */
import { mkdir, open, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { turn } from '../base/turn.ts';
import { inFileWords, writeFileBeside } from '../base/write-file.ts';
import { harmlessFileName } from '../mime/file-name.ts';
import { mboxEntry } from '../mime/mbox.ts';
import type { Standing } from '../store/mailbox-contents.ts';
import type { Store } from '../store/store.ts';
import type { Watch } from './watch.ts';

export type ExportContext = {
  store: Store;
  /** The source of a message from its server. Throws MailError, or the signal's reason. */
  fetchSource(messageId: MessageId, signal: AbortSignal): Promise<Uint8Array>;
};

type Target = { mailboxId: MailboxId; path: string };

const AT_ONCE = 100;
/** After so many failures in a row there is no link: what is not here is left out, without waiting for each. */
const FAILURES_MOST = 3;
const LONGEST_SUBJECT = 80;

/** Throws MailError disk-full, file-unwritable, what the store throws; or the signal's reason: then there is no file. */
export async function exportMbox(
  { mailboxId, path }: Target,
  context: ExportContext,
  watch: Watch,
  signal: AbortSignal,
): Promise<void> {
  await writeFileBeside(path, async (write) => {
    for await (const { source, standing } of sourcesOf(mailboxId, context, watch, signal)) {
      const { flags, internalDate, from } = standing;
      const entry = mboxEntry({ source, flags, internalDate, sender: from[0]?.address ?? '' });
      for (const piece of entry) await write(piece);
    }
    signal.throwIfAborted();
  });
}

/** A new folder at `path`, or beside it under another name when it is there. Throws as `exportMbox`; what was written stays. */
export async function exportMessages(
  { mailboxId, path }: Target,
  context: ExportContext,
  watch: Watch,
  signal: AbortSignal,
): Promise<void> {
  await inFileWords(async () => {
    const folder = await newFolder(path);
    const digits = String(context.store.mailboxes.get(mailboxId)?.total ?? 0).length;
    let ordinal = 0;
    for await (const { source, standing } of sourcesOf(mailboxId, context, watch, signal)) {
      ordinal += 1;
      const name = join(folder, fileNameOf(standing, ordinal, digits));
      const file = await open(name, 'wx', 0o600);
      try {
        await file.writeFile(source);
      } catch (error) {
        await rm(name, { force: true });
        throw error;
      } finally {
        await file.close();
      }
      const time = new Date(standing.internalDate);
      await utimes(name, time, time);
    }
  });
}

/** Each message of the mailbox with its bytes, from here or from its server. What cannot be had is counted, and why. */
async function* sourcesOf(
  mailboxId: MailboxId,
  { store, fetchSource }: ExportContext,
  { progress, onProgress }: Watch,
  signal: AbortSignal,
): AsyncGenerator<{ source: Uint8Array; standing: Standing }> {
  const mailbox = store.mailboxes.get(mailboxId);
  if (!mailbox) throw new MailError('mailbox-missing');
  const isLocal = store.accounts.get(mailbox.accountId)?.auth === 'none';
  let failures = 0;

  const here = ({ messageId, uid }: Standing): Uint8Array | undefined =>
    (isLocal && uid !== undefined ? store.local.source(mailboxId, uid) : undefined) ??
    store.bodies.source(messageId);

  async function sourceOf(standing: Standing): Promise<Uint8Array | undefined> {
    const there = here(standing);
    if (there || failures >= FAILURES_MOST) return there;
    try {
      const source = await fetchSource(standing.messageId, signal);
      failures = 0;
      return source;
    } catch (error) {
      signal.throwIfAborted();
      const { code, retry } = toMailError(error);
      progress.error ??= code;
      failures = retry === 'never' ? 0 : failures + 1;
      return undefined;
    }
  }

  for (const standing of standingIn(mailboxId, store)) progress.bytesTotal += standing.size;
  onProgress();
  for (const standing of standingIn(mailboxId, store)) {
    signal.throwIfAborted();
    const source = await sourceOf(standing);
    if (source) {
      yield { source, standing };
      progress.messages += 1;
    } else {
      progress.skipped += 1;
    }
    progress.bytesDone += standing.size;
    onProgress();
    await turn();
  }
}

function* standingIn(mailboxId: MailboxId, store: Store): Generator<Standing> {
  for (let after = 0; ; ) {
    const some = store.contents.after(mailboxId, after, AT_ONCE);
    yield* some;
    const last = some.at(-1);
    if (!last) return;
    after = last.placement;
  }
}

/** "0007 2026-03-01 Subject.eml": the number makes it the only one, and keeps the order. */
function fileNameOf({ subject, internalDate }: Standing, ordinal: number, digits: number): string {
  const day = new Date(internalDate).toISOString().slice(0, 10);
  const words = Array.from(subject.replace(/[/\\]/g, '_')).slice(0, LONGEST_SUBJECT).join('');
  const name = `${String(ordinal).padStart(digits, '0')} ${day} ${words}`.trim();
  return harmlessFileName(`${name}.eml`, 'message/rfc822', ordinal);
}

async function newFolder(path: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const folder = attempt === 1 ? path : `${path} (${attempt})`;
    try {
      await mkdir(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isThere || attempt === 1_000) throw error;
    }
  }
}
