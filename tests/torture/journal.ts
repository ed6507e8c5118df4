/**
 * What must be true after any crash, by what was asked and what was answered. A change that was acknowledged has one outcome;
 * one that the kill left without an answer has two, and either is right. Changes are carried out in their order, so a later
 * acknowledged one settles what was open before it.
 */

export type JournalMessage = {
  messageIdHeader: string;
  /** Of the source, as it was stored. */
  hash: string;
  /** Where it may stand. `gone`: deleted for good. */
  places: Set<string>;
  /** Which values each flag may have; a flag that nobody touched must be off. */
  flags: Map<string, Set<boolean>>;
  /**
   * Flags that somebody else changed since everything was compared. To take a flag away that the engine does not show yet is no change
   * at all, so here an acknowledgement settles nothing: only that both sides agree in the end.
   */
  contested: Set<string>;
};
/** `gone` among the texts: the draft was thrown away or became a submission. */
export type JournalDraft = { draftId: string; texts: Set<string> };
export type JournalSend = {
  token: string;
  /** The engine said that it is queued. */
  isAcknowledged: boolean;
  /** The person sent it again, knowing that it had not arrived. */
  retries: number;
};

export const GONE = 'gone';

export type Journal = {
  messages: JournalMessage[];
  byHeader: Map<string, JournalMessage>;
  drafts: Map<string, JournalDraft>;
  sends: Map<string, JournalSend>;
  addMessage(messageIdHeader: string, hash: string, place: string): void;
};

export function createJournal(): Journal {
  const messages: JournalMessage[] = [];
  const byHeader = new Map<string, JournalMessage>();
  return {
    messages,
    byHeader,
    drafts: new Map(),
    sends: new Map(),
    addMessage(messageIdHeader, hash, place) {
      const message = {
        messageIdHeader,
        hash,
        places: new Set([place]),
        flags: new Map(),
        contested: new Set<string>(),
      };
      messages.push(message);
      byHeader.set(messageIdHeader, message);
    },
  };
}

/** Notes a change before it is asked for; the answer settles it. */
export function begin<T>(outcomes: Set<T>, outcome: T): (isDone: boolean | undefined) => void {
  const before = [...outcomes];
  outcomes.add(outcome);
  return (isDone) => {
    if (isDone === undefined) return; // no answer: both
    outcomes.clear();
    for (const one of isDone ? [outcome] : before) outcomes.add(one);
  };
}

export function flagOutcomes({ flags }: JournalMessage, flag: string): Set<boolean> {
  const there = flags.get(flag);
  if (there) return there;
  const made = new Set([false]);
  flags.set(flag, made);
  return made;
}
