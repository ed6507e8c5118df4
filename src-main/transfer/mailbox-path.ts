import type { SpecialUse } from '../../src-shared/model/mailbox.ts';

const LONGEST_NAME = 100;
const DEEPEST = 10;

/** What other programs call the mailboxes that have a use here, in small letters. */
const USES: ReadonlyMap<string, { path: string; specialUse: SpecialUse }> = new Map(
  Object.entries({
    inbox: { path: 'INBOX', specialUse: 'inbox' },
    sent: { path: 'Sent', specialUse: 'sent' },
    'sent messages': { path: 'Sent', specialUse: 'sent' },
    'sent items': { path: 'Sent', specialUse: 'sent' },
    drafts: { path: 'Drafts', specialUse: 'drafts' },
    archive: { path: 'Archive', specialUse: 'archive' },
    archives: { path: 'Archive', specialUse: 'archive' },
    junk: { path: 'Junk', specialUse: 'junk' },
    spam: { path: 'Junk', specialUse: 'junk' },
    trash: { path: 'Trash', specialUse: 'trash' },
    'deleted items': { path: 'Trash', specialUse: 'trash' },
    'deleted messages': { path: 'Trash', specialUse: 'trash' },
  }),
);

/** What an account without a server begins with: where the buttons of the reader put mail. */
export const FIRST_MAILBOXES = ['inbox', 'archive', 'junk', 'trash'].flatMap((name) => USES.get(name) ?? []);

/** Where mail from files with these names goes: nothing invisible, no separator of ours in a name, neither long nor deep. */
export function mailboxPathOf(names: string[]): { path: string; specialUse?: SpecialUse } {
  const parts = names.slice(0, DEEPEST).map((name) => plain(name));
  const [first = '', ...rest] = parts;
  const use = USES.get(first.toLowerCase());
  if (!use) return { path: parts.join('/') };
  return rest.length === 0 ? use : { path: [use.path, ...rest].join('/') };
}

function plain(name: string): string {
  const clean = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\]/g, '_')
    .trim();
  return Array.from(clean).slice(0, LONGEST_NAME).join('') || '_';
}
