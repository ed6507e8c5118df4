/** Copies of drafts as they stand in the list of Drafts: the row of the draft stands for them, so they are not shown there. */
import type { AccountId } from '../../src-shared/model/ids.ts';
import { DELETED } from '../../src-shared/model/message.ts';
import { type Context, writeMail } from './context.ts';
import type { CopyPlace } from './draft-records.ts';
import { hasFlag, readFlags } from './flags.ts';
import { mailboxBySpecialUse } from './mailbox-rows.ts';
import {
  MARKED_DELETED,
  PLACEMENT_COLUMNS,
  type PlacementRow,
  placementAt,
  touchPlacement,
} from './placement.ts';

/** Stands in `hidden_by` of a copy. */
const SHOWN_AS_DRAFT = 'draft';

type Known = { mailboxId: PlacementRow['mailbox_id']; uidValidity: number; uidNext: number; from: number };

/** Drafts as far as sync has brought it here. */
function knownOf({ mail }: Context, accountId: AccountId): Known | undefined {
  const mailbox = mailboxBySpecialUse(mail, accountId, 'drafts');
  const state =
    mailbox &&
    mail.get<{ uid_validity: number | null; uid_next: number | null; backfilled_to: number | null }>(
      'SELECT uid_validity, uid_next, backfilled_to FROM mailbox WHERE mailbox_id = ?',
      [mailbox.mailboxId],
    );
  if (!mailbox || !state || state.uid_validity === null) return undefined;
  return {
    mailboxId: mailbox.mailboxId,
    uidValidity: state.uid_validity,
    uidNext: state.uid_next ?? 0,
    from: state.backfilled_to ?? Infinity,
  };
}

/** Whether the server still has it; `unknown`: sync has not been there yet. One that is marked \Deleted has gone (RFC 9051 §2.3.2). */
export function whereIs(
  context: Context,
  accountId: AccountId,
  { uidValidity, uid }: CopyPlace,
): 'there' | 'gone' | 'other-validity' | 'unknown' {
  const known = knownOf(context, accountId);
  if (!known) return 'unknown';
  // It only grows (RFC 9051 §2.3.1.1): one that is lower here is that of before.
  if (known.uidValidity < uidValidity) return 'unknown';
  if (known.uidValidity > uidValidity) return 'other-validity';
  const row = placementAt(context.mail, known.mailboxId, uid);
  if (row) return hasFlag(readFlags(row.server_flags), DELETED) ? 'gone' : 'there';
  return uid < known.uidNext && uid >= known.from ? 'gone' : 'unknown';
}

/** Hides the copies and shows everything else that was hidden as one. */
export function showRestOfDrafts(context: Context, accountId: AccountId, copies: readonly CopyPlace[]): void {
  const known = knownOf(context, accountId);
  if (!known) return;
  const { mail } = context;
  const uids = copies.filter(({ uidValidity }) => uidValidity === known.uidValidity).map(({ uid }) => uid);
  const rows = mail.all<PlacementRow>(
    `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE mailbox_id = ?
       AND (hidden_by = '${SHOWN_AS_DRAFT}' OR hidden_by IS NULL AND uid IN (SELECT value FROM json_each(?)))`,
    [known.mailboxId, JSON.stringify(uids)],
  );
  const wrong = rows.filter(
    ({ uid, hidden_by }) => (uid !== null && uids.includes(uid)) !== ((hidden_by as string | null) !== null),
  );
  if (wrong.length === 0) return;
  writeMail(context, accountId, (touched) => {
    for (const row of wrong) {
      const shown = hasFlag(readFlags(row.flags), DELETED) ? MARKED_DELETED : null;
      mail.run('UPDATE placement SET hidden_by = ? WHERE placement_id = ?', [
        row.hidden_by === null ? SHOWN_AS_DRAFT : shown,
        row.placement_id,
      ]);
      touchPlacement(mail, row, touched);
    }
  });
}
