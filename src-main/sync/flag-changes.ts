/**
 * Flag changes to the server: what all changes of a group come to for each message, so that a thousand marks as read are one STORE and
 * a star that was set and taken away again before anybody heard of it is none.
 */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { turn } from '../base/turn.ts';
import type { FetchedFlags } from '../imap/fetched.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { FlagsChange, Operation, Target } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { currentUids, mailboxOf } from './current-uids.ts';
import { storeChanges } from './store-changes.ts';

type FlagsOperation = Operation & FlagsChange;

/** What is to be done to one message in one mailbox, and for which targets of which operations. */
type NetChange = { targets: Target[]; add: string[]; remove: string[] };

type Wish = { flag: string; isOn: boolean; isOpposed: boolean };

/** What the operations, in their order, come to. Exported for its test. */
export function netChanges(group: FlagsOperation[]): NetChange[] {
  const byMessage = new Map<string, { targets: Target[]; wishes: Map<string, Wish> }>();
  for (const { add, remove, targets } of group) {
    for (const target of targets) {
      const key = `${target.mailboxId}/${target.uidValidity}/${target.uid}`;
      const net = byMessage.get(key) ?? { targets: [], wishes: new Map<string, Wish>() };
      byMessage.set(key, net);
      net.targets.push(target);
      for (const [flags, isOn] of [[add, true] as const, [remove, false] as const]) {
        for (const flag of flags) {
          const before = net.wishes.get(flag.toLowerCase());
          const isOpposed = before !== undefined && (before.isOpposed || before.isOn !== isOn);
          net.wishes.set(flag.toLowerCase(), { flag, isOn, isOpposed });
        }
      }
    }
  }
  // Of a try that was cut off nobody knows what the server heard: then everything is said.
  const isFirstTry = group.every(({ attempts }) => attempts === 0);
  return [...byMessage.values()].map(({ targets, wishes }) => {
    const was = new Set(targets[0]?.was.map((flag) => flag.toLowerCase()));
    const isLeft = ([key, { isOn, isOpposed }]: [string, Wish]) =>
      !(isFirstTry && isOpposed && was.has(key) === isOn);
    const left = [...wishes].filter(isLeft).map(([, wish]) => wish);
    const flagsThat = (isOn: boolean) => left.filter((wish) => wish.isOn === isOn).map(({ flag }) => flag);
    return { targets, add: flagsThat(true), remove: flagsThat(false) };
  });
}

/** Answers with the mailboxes that were changed. */
export async function runFlags(
  connection: ImapConnection,
  group: FlagsOperation[],
  store: Store,
): Promise<MailboxId[]> {
  const nets = netChanges(group);
  const mailboxIds = [...new Set(nets.flatMap(({ targets }) => targets[0]?.mailboxId ?? []))];
  const found = new Set<Target>();
  const refused = new Map<Target, ErrorCode>();
  const told = new Map<MailboxId, FetchedFlags[]>();
  for (const mailboxId of mailboxIds) {
    const here = nets.filter(({ targets }) => targets[0]?.mailboxId === mailboxId);
    for (const changes of sameChanges(here)) {
      try {
        const { targets, flags } = await changeInMailbox(connection, mailboxId, changes, store);
        for (const target of targets) found.add(target);
        for (const target of notKept(changes, flags)) refused.set(target, 'change-refused');
        told.set(mailboxId, [...(told.get(mailboxId) ?? []), ...flags]);
      } catch (error) {
        // What is refused for these messages is no reason to leave the others.
        const isRefused =
          error instanceof MailError && (error.code === 'change-refused' || error.code === 'mailbox-missing');
        if (!isRefused) throw error;
        for (const target of changes.flatMap((net) => net.targets)) refused.set(target, error.code);
      }
    }
  }
  for (const operation of group) {
    settle(operation, { found, refused }, store);
    await turn();
  }
  // The server's word comes last: it may not keep every flag, and others may have changed some.
  for (const [mailboxId, changed] of told) {
    const { uidValidity } = await connection.openMailbox(mailboxOf(mailboxId, store).path);
    if (uidValidity !== store.mailboxes.syncState(mailboxId).uidValidity) continue;
    await storeChanges(mailboxId, { changed, vanished: [] }, store);
  }
  return mailboxIds;
}

/** Those of one mailbox that one STORE can do. */
function sameChanges(nets: NetChange[]): NetChange[][] {
  const groups = new Map<string, NetChange[]>();
  for (const net of nets) {
    const key = JSON.stringify([[...net.add].sort(), [...net.remove].sort()]);
    const group = groups.get(key);
    if (group) group.push(net);
    else groups.set(key, [net]);
  }
  return [...groups.values()];
}

async function changeInMailbox(
  connection: ImapConnection,
  mailboxId: MailboxId,
  changes: NetChange[],
  store: Store,
): Promise<{ targets: Target[]; flags: FetchedFlags[] }> {
  const [first] = changes;
  if (!first) return { targets: [], flags: [] };
  const { add, remove } = first;
  if (add.length === 0 && remove.length === 0) {
    return { targets: changes.flatMap(({ targets }) => targets), flags: [] };
  }
  const firsts = changes.flatMap(({ targets }) => targets.slice(0, 1));
  const uids = await currentUids(connection, mailboxOf(mailboxId, store), firsts);
  const flags = uids.size > 0 ? await connection.storeFlags([...uids.values()], { add, remove }) : [];
  const targets = changes.flatMap((net) => (net.targets.some((one) => uids.has(one)) ? net.targets : []));
  return { targets, flags };
}

/** Whose flags the server shows without the change, although it said yes (RFC 9051 §7.1, PERMANENTFLAGS). */
function notKept(changes: NetChange[], told: FetchedFlags[]): Target[] {
  const now = new Map(told.map(({ uid, flags }) => [uid, new Set(flags.map((flag) => flag.toLowerCase()))]));
  return changes.flatMap(({ targets, add, remove }) => {
    const flags = now.get(targets[0]?.uid ?? 0);
    const isKept =
      flags === undefined ||
      (add.every((flag) => flags.has(flag.toLowerCase())) &&
        !remove.some((flag) => flags.has(flag.toLowerCase())));
    return isKept ? [] : targets;
  });
}

function settle(
  { operationId, targets }: FlagsOperation,
  { found, refused }: { found: Set<Target>; refused: Map<Target, ErrorCode> },
  store: Store,
): void {
  const codes = targets.flatMap((target) => refused.get(target) ?? (found.has(target) ? [] : 'message-gone'));
  const isDone = targets.some((target) => found.has(target) && !refused.has(target));
  if (!isDone) {
    store.operations.fail(operationId, codes[0] ?? 'message-gone');
    return;
  }
  store.operations.finish(operationId, {});
  if (codes[0] !== undefined) store.operations.tellPartly(operationId, codes.length, codes[0]);
}
