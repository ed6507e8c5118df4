/** What other programs want written, and who opens mailto: links. Nothing of it is sent: a draft is begun, and the person sees it. */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import type { DraftId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { toMailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { AppLock } from '../lock/app-lock.ts';
import { createDraft } from '../writing/create-draft.ts';
import { readFiles } from './files.ts';
import type { MailKeeper } from './mail-keeper.ts';
import type { Handlers, Router } from './router.ts';
import type { ShellClient } from './shell-client.ts';
import { type WritingContext, writingParts } from './writing-parts.ts';

type DesktopHandlers = Pick<
  Handlers,
  'app.getMailHandler' | 'app.becomeMailHandler' | 'drafts.takeRequested'
>;

type Context = WritingContext & {
  clock: Pick<Clock, 'now'>;
  mail: Pick<MailKeeper, 'problem'>;
  lock: Pick<AppLock, 'isLocked'>;
  shell: Pick<ShellClient, 'request'>;
};

/** A mailto: link, or files that the person has confirmed. */
export type Wanted = { mailto: string } | { paths: string[] };

export type OutsideDrafts = {
  handlers: DesktopHandlers;
  /** Begins the draft, now or when the mail is open and unlocked and there is an account. */
  want(wanted: Wanted): void;
  /** Something that was waited for may be there. */
  goOn(): void;
};

/** Any program can open links, a page in the browser too, and may open many: only the last ones wait. */
const MOST_WAITING = 5;
/** The same link again within this time is a second press on it. */
const SAME_MS = 2_000;
/** Drafts of links that nobody has written on. */
const MOST_UNTOUCHED = 5;

export function createOutsideDrafts(context: Context, publish: Router['publish'], log: Log): OutsideDrafts {
  let waiting: Wanted[] = [];
  let begun: DraftId[] = [];
  let problem: ErrorCode | undefined;
  let running: Promise<void> = Promise.resolve();
  /** The links of the last moment. */
  let links: { mailto: string; at: number }[] = [];
  /** Drafts that links began, as long as they are as they were begun. */
  let untouched: Pick<Draft, 'draftId' | 'savedAt'>[] = [];

  const canWrite = (): boolean =>
    !context.mail.problem() && !context.lock.isLocked() && context.rooms().store.accounts.list().length > 0;

  async function beginAll(): Promise<void> {
    while (waiting.length > 0 && canWrite()) {
      const [first] = waiting.splice(0, 1);
      if (!first) return;
      if ('mailto' in first && isSecondPress(first)) continue;
      try {
        const draftId = await begin(first);
        // Not in one line with the wait: meanwhile a window may have taken what was there.
        begun.push(draftId);
      } catch (error) {
        // A link that is none, a file that went away or is too large.
        problem = toMailError(error).code;
        log.warn('draft not begun', errorFacts(error));
      }
      publish('draftRequested', {});
    }
  }

  async function begin(wanted: Wanted): Promise<DraftId> {
    const { signal } = new AbortController();
    if ('mailto' in wanted) return beginLink(wanted, signal);
    const files = await readFiles(wanted.paths, LIMITS.draftAttachments);
    const { draftId } = await createDraft(writingParts(context), {}, signal);
    for (const file of files) context.rooms().store.drafts.addAttachment(draftId, file);
    return draftId;
  }

  async function beginLink(wanted: { mailto: string }, signal: AbortSignal): Promise<DraftId> {
    const { draftId, savedAt } = await createDraft(writingParts(context), wanted, signal);
    links.push({ ...wanted, at: context.clock.now() });
    untouched.push({ draftId, savedAt });
    dropUntouched();
    return draftId;
  }

  /** A flood of links leaves a handful of drafts: the oldest go of those that are as they were begun, and in no window. */
  function dropUntouched(): void {
    const { drafts } = context.rooms().store;
    untouched = untouched.filter(({ draftId, savedAt }) => drafts.get(draftId)?.savedAt === savedAt);
    const free = untouched.filter(({ draftId }) => !drafts.isHeld(draftId));
    for (const { draftId } of free.slice(0, -MOST_UNTOUCHED)) {
      drafts.remove(draftId);
      begun = begun.filter((one) => one !== draftId);
    }
  }

  function isSecondPress({ mailto }: { mailto: string }): boolean {
    const now = context.clock.now();
    links = links.filter(({ at }) => Math.abs(now - at) < SAME_MS);
    return links.some((one) => one.mailto === mailto);
  }

  function goOn(): void {
    running = running.then(beginAll);
  }

  return {
    handlers: {
      'app.getMailHandler': () => context.shell.request('getMailHandler', {}),
      'app.becomeMailHandler': () => context.shell.request('becomeMailHandler', {}),
      'drafts.takeRequested': () => {
        const taken = { draftIds: begun, ...(problem !== undefined && { problem }) };
        begun = [];
        problem = undefined;
        return taken;
      },
    },
    want(wanted) {
      waiting.push(wanted);
      // Files were confirmed one by one; they are not pushed out by links that nobody asked for.
      const surplus = new Set<Wanted>(waiting.filter((one) => 'mailto' in one).slice(0, -MOST_WAITING));
      waiting = waiting.filter((one) => !surplus.has(one));
      goOn();
    },
    goOn,
  };
}
