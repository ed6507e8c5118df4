/**
 * Carries the person's changes to the server, in their order. Each may run twice (a connection can break after the server did
 * it and before it said so), so each looks before it acts: UIDs count only under the UIDVALIDITY for which they were noted,
 * a move checks the Message-ID, an append looks whether the message is there (and makes the mailbox when that is not).
 */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { MailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { Operation } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { runAppend } from './append-copy.ts';
import { runFlags } from './flag-changes.ts';
import { runMailboxChange } from './mailbox-changes.ts';
import { runExpunge, runMoves } from './message-moves.ts';
import { runLookup } from './sent-lookup.ts';

/** Answers of the server that another try will not change. Everything else is tried again later. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'mailbox-missing',
  'mailbox-full',
  'mailbox-exists',
  'mailbox-name-refused',
  'message-gone',
  'message-too-large',
  'change-refused',
]);
/** Messages of one group: what a cut link makes us look for again, one by one. */
export const AT_ONCE = 1_000;

export const isFinal = (error: MailError): boolean => FINAL.has(error.code);

type OfKind<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

/** The first operations of the list that can be done together: all flag changes, moves from one mailbox into another, else one. */
export function nextGroup(due: Operation[]): Operation[] {
  const [first] = due;
  if (first?.kind !== 'flags' && first?.kind !== 'move') return due.slice(0, 1);
  const group: Operation[] = [];
  let messages = 0;
  for (const operation of due) {
    if (!isAlike(first, operation)) continue;
    messages += operation.targets.length;
    if (group.length > 0 && messages > AT_ONCE) break;
    group.push(operation);
  }
  return group;
}

function isAlike(
  first: OfKind<'flags'> | OfKind<'move'>,
  other: Operation,
): other is OfKind<'flags'> | OfKind<'move'> {
  if (first.kind === 'flags') return other.kind === 'flags';
  return (
    other.kind === 'move' &&
    other.toMailboxId === first.toMailboxId &&
    other.targets[0]?.mailboxId === first.targets[0]?.mailboxId
  );
}

/** Does one group on the server. Answers with the mailboxes that are not as they were. Throws MailError. */
export async function runGroup(
  connection: ImapConnection,
  group: Operation[],
  store: Store,
  now: number,
): Promise<MailboxId[]> {
  const [first] = group;
  switch (first?.kind) {
    case undefined:
      return [];
    case 'flags':
      return runFlags(
        connection,
        group.filter((operation) => operation.kind === 'flags'),
        store,
      );
    case 'move':
      return runMoves(
        connection,
        group.filter((operation) => operation.kind === 'move'),
        store,
      );
    case 'expunge':
      return runExpunge(connection, first, store);
    case 'append':
      return runAppend(connection, first, store);
    case 'mailbox':
      return runMailboxChange(connection, first, store);
    case 'lookup':
      return runLookup(connection, first, store, now);
  }
}
