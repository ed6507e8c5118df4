/** Sets of UIDs as IMAP writes them: "1:4,7" (RFC 9051 §9, sequence-set). */

/** RFC 9051 §2.3.1.1: UIDs have 32 bits. */
export const HIGHEST_UID = 4_294_967_295;

/** Ascending or not, with or without gaps; runs are folded so that a command line stays short. */
export function formatUidSet(uids: readonly number[]): string {
  const sorted = [...new Set(uids)].sort((a, b) => a - b);
  const runs: string[] = [];
  for (let at = 0; at < sorted.length; ) {
    const first = sorted[at];
    let last = first;
    while (last !== undefined && sorted[at + 1] === last + 1) last = sorted[++at];
    runs.push(first === last ? `${first}` : `${first}:${last}`);
    at++;
  }
  return runs.join(',');
}

/** The UIDs of a set, ascending. A server may name a range of billions: more than `most` is an error. */
export function parseUidSet(set: string, most = 5_000_000): number[] {
  const uids: number[] = [];
  for (const run of set.split(',')) {
    const match = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(run.trim());
    if (!match) continue;
    const one = Number(match[1]);
    const other = Number(match[2] ?? match[1]);
    const [first, last] = one <= other ? [one, other] : [other, one];
    if (uids.length + last - first + 1 > most) throw new RangeError('too many UIDs');
    for (let uid = first; uid <= last; uid++) uids.push(uid);
  }
  return uids.sort((a, b) => a - b);
}

/** Cuts a list into parts of at most `size`, in order. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < list.length; at += size) chunks.push(list.slice(at, at + size));
  return chunks;
}
