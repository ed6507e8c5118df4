/**
 * What the person and others do in one round. The plan follows from the seed alone; whether the engine still lives to answer
 * does not, and the journal notes both.
 */

import type { Result } from '../../src-shared/ipc/result.ts';
import type { DraftContent } from '../../src-shared/model/draft.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { begin, flagOutcomes, GONE, type Journal } from './journal.ts';
import { type EngineProcess, hashOf, type KillWorld, MAYA, SAMIR } from './kill-world.ts';
import type { Random } from './random.ts';
import type { EngineView } from './views.ts';

/** Where mail is moved to and fro. Not Sent and not Drafts: what stands there is the outbox's. */
export const PLACES = ['INBOX', 'Archive', 'Junk', 'Trash'] as const;
const TOUCHED = ['\\Seen', '\\Flagged', '$Torture'] as const;

export type Action =
  | { kind: 'deliver'; name: string }
  | { kind: 'flag'; at: number; flag: string; isOn: boolean }
  | { kind: 'move'; at: number; to: string }
  | { kind: 'delete'; at: number }
  | { kind: 'draft'; name: string; text: string }
  | { kind: 'edit'; at: number; text: string }
  | { kind: 'discard'; at: number }
  | { kind: 'send'; name: string; text: string }
  | { kind: 'remote-flag'; at: number; flag: string; isOn: boolean };

/** `at` names a message or draft by a large number: the one at that place, counted round. */
export function planRound(random: Random, round: number): Action[] {
  const count = 3 + random.below(5);
  return Array.from({ length: count }, (_, index): Action => {
    const name = `r${round}a${index}`;
    const at = random.below(1_000_000);
    const isOn = random.chance(0.6);
    const flag = TOUCHED[random.below(TOUCHED.length)] ?? '\\Seen';
    const to = PLACES[random.below(PLACES.length)] ?? 'INBOX';
    const text = `${name} ${'word '.repeat(random.below(400))}`;
    const kind = random.next();
    if (kind < 0.12) return { kind: 'deliver', name };
    if (kind < 0.36) return { kind: 'flag', at, flag, isOn };
    if (kind < 0.58) return { kind: 'move', at, to };
    if (kind < 0.64) return { kind: 'delete', at };
    if (kind < 0.72) return { kind: 'draft', name, text };
    if (kind < 0.8) return { kind: 'edit', at, text };
    if (kind < 0.84) return { kind: 'discard', at };
    if (kind < 0.94) return { kind: 'send', name, text };
    return { kind: 'remote-flag', at, flag, isOn };
  });
}

export type Scene = {
  world: KillWorld;
  engine: EngineProcess;
  view: EngineView;
  journal: Journal;
  /** Messages and drafts that this round has touched: one change for each, so that outcomes stay apart. */
  touched: Set<string>;
};

/** Does one thing and notes it. Resolves when it is answered, or the engine is dead. */
export async function act(action: Action, scene: Scene): Promise<void> {
  switch (action.kind) {
    case 'deliver':
      return deliver(action.name, scene);
    case 'flag':
      return flag(action, scene);
    case 'move':
      return move(action, scene);
    case 'delete':
      return remove(action, scene);
    case 'draft':
      return void (await writeDraft(action, scene));
    case 'edit':
      return edit(action, scene);
    case 'discard':
      return discard(action, scene);
    case 'send':
      return send(action, scene);
    case 'remote-flag':
      return flagElsewhere(action, scene);
  }
}

export async function deliver(
  name: string,
  { world, journal }: Pick<Scene, 'world' | 'journal'>,
): Promise<void> {
  const header = `<${name}@lab.test>`;
  const raw = `Message-ID: ${header}\r\nDate: ${new Date().toUTCString()}\r\nFrom: ada@lab.test\r\nTo: ${MAYA}\r\nSubject: ${name}\r\n\r\nText of ${name}.\r\n`;
  journal.addMessage(header, hashOf(raw), 'INBOX');
  await world.lab.dovecot.store(MAYA, [{ raw }]);
}

/** What queued nothing acknowledged nothing: the message was not there any more when it was asked for. Undefined without an answer. */
const isQueued = (answer: Result<{ operationIds: unknown[] }> | undefined): boolean | undefined =>
  answer?.ok && answer.value.operationIds.length > 0;

/** The message at that place of the journal, when the engine shows it and nobody has touched it in this round. */
function takeMessage(at: number, { journal, view, touched }: Scene) {
  const noted = journal.messages[at % Math.max(1, journal.messages.length)];
  const shown = noted && view.messages.get(noted.messageIdHeader);
  if (!noted || !shown || touched.has(noted.messageIdHeader)) return undefined;
  touched.add(noted.messageIdHeader);
  return { noted, ...shown };
}

async function flag(
  { at, flag: name, isOn }: Extract<Action, { kind: 'flag' }>,
  scene: Scene,
): Promise<void> {
  const message = takeMessage(at, scene);
  if (!message) return;
  const settle = begin(flagOutcomes(message.noted, name), isOn);
  const answer = await scene.engine.ask('messages.setFlags', {
    messageIds: [message.messageId],
    add: isOn ? [name] : [],
    remove: isOn ? [] : [name],
  });
  settle(isQueued(answer));
  if (message.noted.contested.has(name)) flagOutcomes(message.noted, name).add(true).add(false);
}

function placeOf(mailboxId: MailboxId, { view }: Scene): string | undefined {
  return [...view.mailboxes.values()].find((one) => one.mailboxId === mailboxId)?.path;
}

async function move({ at, to }: Extract<Action, { kind: 'move' }>, scene: Scene): Promise<void> {
  const message = takeMessage(at, scene);
  const [mailboxId, ...more] = message?.mailboxIds ?? [];
  const target = scene.view.mailboxes.get(to)?.mailboxId;
  if (!message || !mailboxId || more.length > 0 || !target || target === mailboxId) return;
  const settle = begin(message.noted.places, to);
  const answer = await scene.engine.ask('messages.move', {
    messageIds: [message.messageId],
    from: { kind: 'mailbox', mailboxId },
    to: { mailboxId: target },
  });
  settle(isQueued(answer));
}

async function remove({ at }: Extract<Action, { kind: 'delete' }>, scene: Scene): Promise<void> {
  const message = takeMessage(at, scene);
  const [mailboxId] = message?.mailboxIds ?? [];
  if (!message || !mailboxId || placeOf(mailboxId, scene) !== 'Trash') return;
  const settle = begin(message.noted.places, GONE);
  const answer = await scene.engine.ask('messages.delete', {
    messageIds: [message.messageId],
    from: { kind: 'mailbox', mailboxId },
  });
  settle(isQueued(answer));
}

function contentOf(
  world: KillWorld,
  { subject, text, to }: { subject: string; text: string; to: string },
): DraftContent {
  const people = { to: [{ name: '', address: to }], cc: [], bcc: [] };
  return { accountId: world.accountId, ...people, subject, text };
}

async function writeDraft(
  { name, text }: { name: string; text: string },
  { world, engine, journal, touched }: Scene,
): Promise<string | undefined> {
  const created = await engine.ask('drafts.create', { accountId: world.accountId });
  if (!created?.ok) return undefined;
  const { draftId } = created.value;
  const texts = new Set(['']);
  journal.drafts.set(draftId, { draftId, texts });
  touched.add(draftId);
  const settle = begin(texts, text);
  const content = contentOf(world, { subject: name, text, to: SAMIR });
  const saved = await engine.ask('drafts.save', { draftId, content });
  settle(saved?.ok);
  return saved?.ok ? draftId : undefined;
}

/** The draft at that place, when it is certainly there. */
function takeDraft(at: number, { journal, touched }: Scene) {
  const all = [...journal.drafts.values()];
  const draft = all[at % Math.max(1, all.length)];
  if (!draft || draft.texts.has(GONE) || touched.has(draft.draftId)) return undefined;
  touched.add(draft.draftId);
  return draft;
}

async function edit({ at, text }: Extract<Action, { kind: 'edit' }>, scene: Scene): Promise<void> {
  const draft = takeDraft(at, scene);
  if (!draft) return;
  const settle = begin(draft.texts, text);
  const { engine, world } = scene;
  const content = contentOf(world, { subject: 'edited', text, to: SAMIR });
  settle((await engine.ask('drafts.save', { draftId: draft.draftId as never, content }))?.ok);
}

async function discard({ at }: Extract<Action, { kind: 'discard' }>, scene: Scene): Promise<void> {
  const draft = takeDraft(at, scene);
  if (!draft) return;
  const settle = begin(draft.texts, GONE);
  settle((await scene.engine.ask('drafts.discard', { draftId: draft.draftId as never }))?.ok);
}

async function send(action: Extract<Action, { kind: 'send' }>, scene: Scene): Promise<void> {
  const draftId = await writeDraft(action, scene);
  if (draftId === undefined) return;
  const { engine, journal } = scene;
  const draft = journal.drafts.get(draftId);
  if (!draft) return;
  const noted = { token: action.name, isAcknowledged: false, retries: 0 };
  journal.sends.set(noted.token, noted);
  const settle = begin(draft.texts, GONE);
  const queued = await engine.ask('outbox.send', { draftId: draftId as never });
  settle(queued?.ok);
  noted.isAcknowledged = queued?.ok ?? false;
  // Past the undo window, so that the kill meets it on its way out.
  if (queued?.ok) await engine.ask('outbox.sendNow', { submissionId: queued.value.submissionId });
}

async function flagElsewhere(
  { at, flag: name, isOn }: Extract<Action, { kind: 'remote-flag' }>,
  { world, journal }: Scene,
): Promise<void> {
  const noted = journal.messages[at % Math.max(1, journal.messages.length)];
  if (!noted) return;
  const outcomes = flagOutcomes(noted, name);
  noted.contested.add(name);
  // Which of two changes comes last nobody can say: either is right, as long as both sides agree in the end.
  outcomes.add(true).add(false);
  const lock = await world.truth.getMailboxLock('INBOX');
  try {
    const found = await world.truth.search(
      { header: { 'message-id': noted.messageIdHeader } },
      { uid: true },
    );
    if (!found || found.length === 0) return;
    if (isOn) await world.truth.messageFlagsAdd(found, [name], { uid: true });
    else await world.truth.messageFlagsRemove(found, [name], { uid: true });
  } finally {
    lock.release();
  }
}
