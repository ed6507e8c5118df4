/** Of each attribute whose cost grows with its number or with what it counts: what all of them in one message may cost together. */
const BUDGETS: Readonly<Record<string, { budget: number; costOf: (count: number) => number }>> = {
  // The browser makes a column for each, and looks at each cell again for each row that it spans.
  colspan: { budget: 10_000, costOf: Math.abs },
  rowspan: { budget: 20_000, costOf: Math.abs },
  span: { budget: 1_000, costOf: Math.abs },
  // A number that is set in a list makes it count all that follow again.
  value: { budget: 100, costOf: () => 1 },
};

export type AttributeBound = {
  isBounded: (name: string) => boolean;
  /** Whether one more of it may stay. */
  admits: (name: string, value: string) => boolean;
};

/** For one message. What is refused is left out: a cell spans one column, an item of a list has the number that it has anyway. */
export function createAttributeBound(): AttributeBound {
  const left = new Map<string, number>();
  return {
    isBounded: (name) => Object.hasOwn(BUDGETS, name),
    admits(name, value) {
      const bound = BUDGETS[name];
      const count = Number.parseInt(value, 10);
      if (!bound || Number.isNaN(count)) return false;
      const after = (left.get(name) ?? bound.budget) - bound.costOf(count);
      if (after < 0) return false;
      left.set(name, after);
      return true;
    },
  };
}
