import type { MessageKey } from '../i18n/i18n.ts';

export type Command = {
  /** The text of the command in menus and in the list of keys. */
  label: MessageKey;
  /** Each a key as `KeyboardEvent.key` names it, with `Mod+`, `Shift+` in front, or two keys one after the other. */
  keys: readonly string[];
  /** The keys to show for it, as sayKeys reads them. */
  shown: string;
};

/** Every command of the mail screen. The names are those that the system's menus send. */
export const COMMANDS = {
  compose: { label: 'command.compose', keys: ['c', 'Mod+n'], shown: 'C' },
  'get-mail': { label: 'command.get-mail', keys: ['F5', 'Mod+Shift+n'], shown: 'F5' },
  reply: { label: 'command.reply', keys: ['r', 'Mod+r'], shown: 'R' },
  'reply-all': { label: 'command.reply-all', keys: ['a', 'Mod+Shift+r'], shown: 'A' },
  forward: { label: 'command.forward', keys: ['f', 'Mod+Shift+f'], shown: 'F' },
  'reply-list': { label: 'command.reply-list', keys: ['Mod+Shift+l'], shown: 'Mod Shift L' },
  'forward-attached': { label: 'command.forward-attached', keys: [], shown: '' },
  redirect: { label: 'command.redirect', keys: [], shown: '' },
  'edit-as-new': { label: 'command.edit-as-new', keys: [], shown: '' },
  archive: { label: 'command.archive', keys: ['e'], shown: 'E' },
  trash: { label: 'command.trash', keys: ['#', 'Delete'], shown: '#' },
  junk: { label: 'command.junk', keys: ['!'], shown: '!' },
  move: { label: 'command.move', keys: ['v'], shown: 'V' },
  star: { label: 'command.star', keys: ['s'], shown: 'S' },
  unread: { label: 'command.unread', keys: ['Shift+U'], shown: 'Shift U' },
  select: { label: 'command.select', keys: ['x'], shown: 'X' },
  undo: { label: 'command.undo', keys: ['z', 'Mod+z'], shown: 'Z' },
  next: { label: 'command.next', keys: ['j'], shown: 'J' },
  previous: { label: 'command.previous', keys: ['k'], shown: 'K' },
  open: { label: 'command.open', keys: ['o'], shown: 'O' },
  back: { label: 'command.back', keys: ['u', 'Escape'], shown: 'U' },
  'expand-all': { label: 'command.expand-all', keys: [';'], shown: ';' },
  find: { label: 'command.find', keys: ['Mod+f'], shown: 'Mod F' },
  print: { label: 'command.print', keys: ['Mod+p'], shown: 'Mod P' },
  'save-pdf': { label: 'command.save-pdf', keys: [], shown: '' },
  'save-attachments': { label: 'command.save-attachments', keys: ['Mod+s'], shown: 'Mod S' },
  source: { label: 'command.source-of', keys: ['Mod+u'], shown: 'Mod U' },
  'zoom-in': { label: 'command.zoom-in', keys: ['Mod++', 'Mod+='], shown: 'Mod +' },
  'zoom-out': { label: 'command.zoom-out', keys: ['Mod+-'], shown: 'Mod -' },
  'zoom-reset': { label: 'command.zoom-reset', keys: ['Mod+0'], shown: 'Mod 0' },
  search: { label: 'command.search', keys: ['/'], shown: '/' },
  inboxes: { label: 'command.inboxes', keys: ['g i'], shown: 'G I' },
  drafts: { label: 'command.drafts', keys: ['g d'], shown: 'G D' },
  sent: { label: 'command.sent', keys: ['g s'], shown: 'G S' },
  'archive-mailbox': { label: 'command.archive-mailbox', keys: ['g a'], shown: 'G A' },
  contacts: { label: 'command.contacts', keys: ['g c'], shown: 'G C' },
  accounts: { label: 'command.accounts', keys: [], shown: '' },
  help: { label: 'command.help', keys: ['?'], shown: '?' },
} as const satisfies Record<string, Command>;

export type CommandId = keyof typeof COMMANDS;

export function isCommandId(name: string): name is CommandId {
  return Object.hasOwn(COMMANDS, name);
}
