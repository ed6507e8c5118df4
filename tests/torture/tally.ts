/** What a torture run found. Every finding is told at once, with the place where it can be made again. */
export type Tally = {
  rounds: number;
  /** Mail, drafts or changes that were acknowledged and are nowhere. */
  lost: number;
  /** Messages that reached somebody, or stand in a mailbox, more often than they should. */
  duplicated: number;
  /** Databases that are damaged, cannot be opened, or say something else than the server for good. */
  unsound: number;
  /** Everything else that should not be: exceptions, ends that nobody asked for, failures without a reason. */
  unexplained: number;
};
export type Finding = Exclude<keyof Tally, 'rounds'>;

export type Findings = {
  tally: Tally;
  /** One line for each finding. */
  lines: string[];
  note(kind: Finding, what: string): void;
  /** Beside a finding: what may explain it. */
  tell(line: string): void;
};

export function createFindings(tell: (line: string) => void = () => {}): Findings {
  const tally: Tally = { rounds: 0, lost: 0, duplicated: 0, unsound: 0, unexplained: 0 };
  const lines: string[] = [];
  return {
    tally,
    lines,
    tell,
    note(kind, what) {
      tally[kind] += 1;
      const line = `round ${tally.rounds}: ${kind}: ${what}`;
      lines.push(line);
      tell(line);
    },
  };
}

export function addTallies(tallies: Tally[]): Tally {
  const sum = (name: keyof Tally) => tallies.reduce((total, one) => total + one[name], 0);
  return {
    rounds: sum('rounds'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    unsound: sum('unsound'),
    unexplained: sum('unexplained'),
  };
}
