// @ts-check
// Writes messages into a Maildir as a delivery agent does: first into tmp/, then renamed. Dovecot sees
// them at once (also in IDLE) and gives them UIDs in the order of their names.
import { chownSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `mailbox` is the IMAP name with "/" ("INBOX" when left out), ASCII only.
 * @typedef {{ raw: string | Uint8Array, mailbox?: string, internalDate?: Date, flags?: string[] }} StoredMessage
 */
/** The owner of the files, or undefined when the tests do not run as root. @typedef {{ uid: number, gid: number } | undefined} Owner */

/** @type {Record<string, string>} */
const FLAG_LETTERS = { '\\Draft': 'D', '\\Flagged': 'F', '\\Answered': 'R', '\\Seen': 'S', '\\Deleted': 'T' };
let counter = 0;

/**
 * The folder of one mailbox inside a Maildir++ tree, made when it is missing.
 * @param {string} root
 * @param {string} mailbox
 * @param {Owner} owner
 */
function openMailbox(root, mailbox, owner) {
  if (!/^[\w &/-]+$/.test(mailbox) || mailbox.includes('&'))
    throw new Error(`not a plain mailbox name: ${mailbox}`);
  const folder = mailbox === 'INBOX' ? root : join(root, `.${mailbox.replaceAll('/', '.')}`);
  // Made here and not with what is in it: else it would not belong to the mail user.
  if (mkdirSync(root, { recursive: true }) !== undefined && owner) chownSync(root, owner.uid, owner.gid);
  if (mkdirSync(folder, { recursive: true }) !== undefined && folder !== root) {
    writeFileSync(join(folder, 'maildirfolder'), '');
    if (owner) chownSync(join(folder, 'maildirfolder'), owner.uid, owner.gid);
  }
  for (const part of ['', 'tmp', 'new', 'cur']) {
    mkdirSync(join(folder, part), { recursive: true });
    if (owner) chownSync(join(folder, part), owner.uid, owner.gid);
  }
  return folder;
}

/**
 * Stores messages in the order given. INTERNALDATE is the file's modification time.
 * @param {string} root the user's Maildir
 * @param {readonly StoredMessage[]} messages
 * @param {Owner} owner
 */
export function writeMaildir(root, messages, owner) {
  /** @type {Map<string, string>} */
  const folders = new Map();
  for (const { raw, mailbox = 'INBOX', internalDate = new Date(), flags } of messages) {
    const folder = folders.get(mailbox) ?? openMailbox(root, mailbox, owner);
    folders.set(mailbox, folder);
    const bytes = typeof raw === 'string' ? Buffer.from(raw, 'utf8') : raw;
    counter += 1;
    const seconds = Math.floor(internalDate.getTime() / 1000);
    const name = `${seconds}.M${String(counter).padStart(8, '0')}P${process.pid}.lab,S=${bytes.length}`;
    const temporary = join(folder, 'tmp', name);
    writeFileSync(temporary, bytes, { mode: 0o600 });
    if (owner) chownSync(temporary, owner.uid, owner.gid);
    utimesSync(temporary, seconds, seconds);
    renameSync(
      temporary,
      flags ? join(folder, 'cur', `${name}:2,${flagLetters(flags)}`) : join(folder, 'new', name),
    );
  }
}

/** @param {string[]} flags */
function flagLetters(flags) {
  return flags
    .map((flag) => {
      const letter = FLAG_LETTERS[flag];
      if (letter === undefined) throw new Error(`a Maildir file name has no letter for ${flag}`);
      return letter;
    })
    .sort()
    .join('');
}
