/** What other programs want written, and who opens mailto: links. Nothing of it is sent: a draft is begun, and the person sees it. */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { DraftId } from '../../src-shared/model/ids.ts';
import { toMailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createDraft } from '../writing/create-draft.ts';
import type { EngineContext } from './context.ts';
import { readFiles } from './files.ts';
import type { Handlers, Router } from './router.ts';
import { writingParts } from './writing-parts.ts';

type DesktopHandlers = Pick<
  Handlers,
  'app.getMailHandler' | 'app.becomeMailHandler' | 'drafts.takeRequested'
>;

/** A mailto: link, or files that the person has confirmed. */
export type Wanted = { mailto: string } | { paths: string[] };

export type OutsideDrafts = {
  handlers: DesktopHandlers;
  /** Begins the draft, now or when the mail is open and unlocked and there is an account. */
  want(wanted: Wanted): void;
  /** Something that was waited for may be there. */
  goOn(): void;
};

/** Any program can ask, and may ask for many: what is more is dropped. */
const MOST_WAITING = 10;

export function createOutsideDrafts(
  context: EngineContext,
  publish: Router['publish'],
  log: Log,
): OutsideDrafts {
  let waiting: Wanted[] = [];
  let begun: DraftId[] = [];
  let problem: ErrorCode | undefined;
  let running: Promise<void> = Promise.resolve();

  const canWrite = (): boolean =>
    !context.mail.problem() && !context.lock.isLocked() && context.rooms().store.accounts.list().length > 0;

  async function beginAll(): Promise<void> {
    while (waiting.length > 0 && canWrite()) {
      const [first] = waiting.splice(0, 1);
      if (!first) return;
      try {
        begun.push(await begin(first));
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
    if ('mailto' in wanted) return (await createDraft(writingParts(context), wanted, signal)).draftId;
    const files = await readFiles(wanted.paths, LIMITS.draftAttachments);
    const { draftId } = await createDraft(writingParts(context), {}, signal);
    for (const file of files) context.rooms().store.drafts.addAttachment(draftId, file);
    return draftId;
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
      waiting = [...waiting, wanted].slice(0, MOST_WAITING);
      goOn();
    },
    goOn,
  };
}
