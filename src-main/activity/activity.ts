/**
 * Activity: what happened with the access to each account, as a log that nobody can change unseen.
 *
 * Whoever does something worth an entry writes it in its own transaction (`store.audit`, `journal.db`). Here the log begins, is sealed in
 * the keychain a moment after each entry, is shortened as the settings say, and is read: page by page, as a whole, and for what is odd.
 */
import {
  type ActivityCheck,
  type ActivityEntry,
  type ActivityFinding,
  type ActivityGroup,
  KINDS_OF,
} from '../../src-shared/model/activity.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { type Clock, delay } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createMutex } from '../base/mutex.ts';
import type { Write } from '../base/pieces.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { type Anchor, checkChain, signCheckpoint } from './chain-check.ts';
import { writeLog } from './export-log.ts';
import { findOdd, TELLING_KINDS } from './findings.ts';
import { readAnchor, sealHead, signingKey } from './seal.ts';

export type Activity = {
  /** Newest first; `next` is the number before which the next page begins. */
  page(query: {
    accountId?: AccountId | undefined;
    group?: ActivityGroup | undefined;
    before?: number | undefined;
    limit: number;
  }): { entries: ActivityEntry[]; next?: number };
  /** Reads the whole log. Never throws for a keychain that cannot be asked: then nobody knows, and the answer says so. */
  check(): Promise<ActivityCheck>;
  /** Of the last 30 days. */
  findings(): ActivityFinding[];
  /** The log with its chain as JSON. Throws what `write` throws. */
  exportTo(write: Write): Promise<void>;
  /** Removes what is older than the settings say, under a signed checkpoint. Answers with the number of entries; throws keychain-*. */
  prune(): Promise<number>;
  start(): void;
  /** Seals what is not yet; in at most two seconds. */
  stop(): Promise<void>;
};

const SEAL_AFTER = 1_000;
const PRUNE_FIRST = 60_000;
const PRUNE_EVERY = 24 * 60 * 60_000;
const LAST_SEAL = 2_000;
const FINDINGS_OF = 30 * 24 * 60 * 60_000;
/** So many entries of 30 days are looked at for what is odd. */
const MOST_FOR_FINDINGS = 20_000;

export function createActivity(options: {
  store: Store;
  vault: Vault;
  clock: Clock;
  log: Log;
  /** The key of a temporary profile is nowhere but in memory. */
  isTemporary: boolean;
}): Activity {
  const { store, vault, clock, log, isTemporary } = options;
  const { audit, notes } = store;
  const inTurn = createMutex();
  let cancelSeal: (() => void) | undefined;
  let cancelPrune: (() => void) | undefined;
  let stopHearing: (() => void)[] = [];

  function begin(): void {
    if (audit.last() || audit.checkpoint()) return;
    // Whatever the keychain knows is of another log, which is not here any more.
    notes.set('activity-began-at', clock.now());
    audit.append({ kind: 'program-began' });
    if (!isTemporary) audit.append({ kind: 'key-stored', detail: { what: 'store' } });
  }

  async function seal(): Promise<void> {
    try {
      const isSealed = await inTurn(() => sealHead(store, vault));
      if (!isSealed) log.warn('activity is not what the keychain knows');
    } catch (error) {
      // Tried again with the next entry, or when the keychain is there.
      log.warn('activity not sealed', errorFacts(error));
    }
  }

  function sealSoon(): void {
    cancelSeal ??= clock.after(SEAL_AFTER, () => {
      cancelSeal = undefined;
      void seal();
    });
  }

  async function askAnchor(): Promise<Anchor> {
    try {
      return await readAnchor(vault);
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      return undefined;
    }
  }

  const checkWith = (anchor: Anchor) =>
    checkChain(audit, anchor, {
      isNew: notes.get('activity-began-at') !== undefined,
      now: clock.now(),
    });

  async function pruneNow(): Promise<number> {
    const months = store.settings.get().activityMonths;
    if (months === 0) return 0;
    const before = monthsAgo(clock.now(), months);
    const [oldest] = audit.chain(audit.checkpoint()?.number ?? 0, 1);
    if (!oldest || oldest.at >= before) return 0;
    const key = await signingKey(vault);
    const { state } = await checkWith(await readAnchor(vault));
    // A signature under a log that is not whole would make it look so.
    if (state === 'altered' || state === 'cut') return 0;
    return audit.prune(before, (mark) => signCheckpoint(mark, key));
  }

  function pruneIn(ms: number): void {
    cancelPrune = clock.after(ms, () => {
      pruneIn(PRUNE_EVERY);
      inTurn(pruneNow).catch((error: unknown) => log.warn('activity not shortened', errorFacts(error)));
    });
  }

  return {
    page({ accountId, group, before, limit }) {
      const kinds = group === undefined ? undefined : KINDS_OF[group];
      const entries = audit.list({ accountId, kinds, before, limit: limit + 1 });
      const shown = entries.slice(0, limit);
      const last = shown.at(-1);
      return { entries: shown, ...(entries.length > limit && last && { next: last.number }) };
    },
    async check() {
      // Of a log that has just begun the keychain knows nothing yet.
      if (notes.get('activity-began-at') !== undefined) await seal();
      return inTurn(async () => checkWith(await askAnchor()));
    },
    findings: () =>
      findOdd(
        audit.list({ kinds: TELLING_KINDS, since: clock.now() - FINDINGS_OF, limit: MOST_FOR_FINDINGS }),
      ),
    async exportTo(write) {
      // So that whoever reads it can see that its end is the end.
      await seal();
      await inTurn(async () => {
        const anchor = await askAnchor();
        const check = await checkWith(anchor);
        await writeLog(audit, { check, head: anchor?.head, exportedAt: clock.now() }, write);
      });
    },
    prune: () => inTurn(pruneNow),
    start() {
      begin();
      stopHearing = [
        store.feed.subscribe(({ kind }) => {
          if (kind === 'activity') sealSoon();
        }),
        vault.subscribe(({ state }) => {
          if (state === 'ready') sealSoon();
        }),
      ];
      sealSoon();
      pruneIn(PRUNE_FIRST);
    },
    async stop() {
      for (const stop of stopHearing) stop();
      cancelSeal?.();
      cancelPrune?.();
      const given = new AbortController();
      await Promise.race([seal(), delay(clock, LAST_SEAL, given.signal).catch(() => undefined)]);
      given.abort();
    },
  };
}

function monthsAgo(now: number, months: number): number {
  const day = new Date(now);
  day.setMonth(day.getMonth() - months);
  return day.getTime();
}
