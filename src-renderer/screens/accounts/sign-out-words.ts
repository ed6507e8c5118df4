/** What the sign-out dialog counts and what its button says. Plain functions, so that no click says other than it does. */
import type { SignOutPreview } from '../../../src-shared/model/receipt.ts';
import { formatList, isMessageKey, t } from '../../i18n/i18n.ts';

export type OnlyHere = {
  waiting: readonly { subject: string }[];
  drafts: readonly { subject: string }[];
  changes: ReadonlyMap<string, number>;
  changeCount: number;
  /** Everything together: the number that would be lost. */
  things: number;
  messages: number;
  bytes: number;
  canFinish: boolean;
};

/** The previews of one account or of several, counted together. */
export function countOnlyHere(previews: readonly SignOutPreview[]): OnlyHere {
  const waiting = previews.flatMap((preview) => preview.waiting);
  const drafts = previews.flatMap((preview) => preview.drafts);
  const changes = new Map<string, number>();
  for (const preview of previews) {
    for (const [kind, count] of Object.entries(preview.changes)) {
      if (count > 0) changes.set(kind, (changes.get(kind) ?? 0) + count);
    }
  }
  const changeCount = [...changes.values()].reduce((sum, count) => sum + count, 0);
  return {
    waiting,
    drafts,
    changes,
    changeCount,
    things: waiting.length + drafts.length + changeCount,
    messages: previews.reduce((sum, preview) => sum + preview.messages, 0),
    bytes: previews.reduce((sum, preview) => sum + preview.bytes, 0),
    canFinish: previews.every((preview) => preview.canFinish),
  };
}

/** "2 archived and 1 starred"; kinds that have no word of their own are counted together. */
export function sayChanges(changes: ReadonlyMap<string, number>): string {
  const parts: string[] = [];
  let others = 0;
  for (const [kind, count] of changes) {
    const key = `signOut.change.${kind}`;
    if (kind !== 'other' && isMessageKey(key)) parts.push(t(key, { count }));
    else others += count;
  }
  if (others > 0 && parts.length > 0) parts.push(t('signOut.change.other', { count: others }));
  return formatList(parts);
}

/** The first subject in quotation marks, and how many more there are. */
export function saySubjects(messages: readonly { subject: string }[]): string {
  const first = messages[0];
  if (!first) return '';
  const { subject } = first;
  const said = subject.trim() === '' ? t('signOut.noSubject') : t('signOut.quoted', { subject });
  return t('signOut.subjects', { first: said, more: messages.length - 1 });
}

export type SignOutChoice = { finishFirst: boolean; mail: 'keep' | 'erase' };

/** The words of the final button, and whether it loses something (then it is red). */
export function sayButton(onlyHere: OnlyHere, choice: SignOutChoice): { words: string; isLosing: boolean } {
  const { things, messages } = onlyHere;
  const erases = choice.mail === 'erase' && messages > 0;
  const finishes = things > 0 && choice.finishFirst && onlyHere.canFinish;
  const loses = things > 0 && !finishes;
  if (loses && erases) return { words: t('signOut.button.loseDelete', { things, messages }), isLosing: true };
  if (loses) return { words: t('signOut.button.lose', { things }), isLosing: true };
  if (erases && finishes) return { words: t('signOut.button.finishDelete', { messages }), isLosing: true };
  if (erases) return { words: t('signOut.button.delete', { messages }), isLosing: true };
  return { words: finishes ? t('signOut.button.finish') : t('signOut.button.signOut'), isLosing: false };
}

/** The words of the button that deletes the mail that was kept: what goes, with its numbers. */
export function sayDeleteButton({ things, messages }: OnlyHere): string {
  if (things > 0 && messages > 0) return t('deleteMail.button.loseDelete', { things, messages });
  if (things > 0) return t('deleteMail.button.lose', { things });
  return messages > 0 ? t('deleteMail.button.delete', { messages }) : t('deleteMail.button.account');
}

/** The providers of several accounts in one list, each once. */
export function sayProviders(names: readonly string[]): string {
  return formatList([...new Set(names)]);
}
