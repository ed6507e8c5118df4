import type { ActivityCheck } from '../../src-shared/model/activity.ts';
import type { Write } from '../base/pieces.ts';
import { turn } from '../base/turn.ts';
import type { AuditTable, ChainMark } from '../store/account-records.ts';
import { FIRST_HASH } from '../store/audit-chain.ts';

const STEP = 500;

/** The whole log as one JSON object, each entry with its hash and the one before: docs/activity.md tells how it is verified. */
export async function writeLog(
  audit: AuditTable,
  about: { check: ActivityCheck; head: ChainMark | undefined; exportedAt: number },
  write: Write,
): Promise<void> {
  const say = (text: string) => write(Buffer.from(text, 'utf8'));
  const checkpoint = audit.checkpoint();
  const opening = {
    format: 'latchkey-activity-1',
    exportedAt: about.exportedAt,
    check: about.check,
    ...(checkpoint && { checkpoint }),
    ...(about.head && { head: about.head }),
  };
  await say(`${JSON.stringify(opening, undefined, 1).slice(0, -2)},\n "entries": [`);
  let last: ChainMark = checkpoint ?? { number: 0, hash: FIRST_HASH };
  let isFirst = true;
  for (;;) {
    const step = audit.chain(last.number, STEP);
    if (step.length === 0) break;
    for (const { hash, ...entry } of step) {
      await say(`${isFirst ? '' : ','}\n  ${JSON.stringify({ ...entry, previous: last.hash, hash })}`);
      last = { number: entry.number, hash };
      isFirst = false;
    }
    await turn();
  }
  await say('\n ]\n}\n');
}
