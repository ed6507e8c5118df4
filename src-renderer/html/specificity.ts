/** Style attributes, identifiers, classes with attributes and pseudo-classes, types: the first that differs decides. */
export type Specificity = readonly [number, number, number, number];

const PARTS = /#[\w-]+|(\.[\w-]+|\[[^\]]*\]|(?<!:):(?!:)[\w-]+(?:\([^)]*\))?)|((?<![\w.#:[-])[a-z][\w-]*)/giu;

/** Selectors Level 4 §17, for the simple selectors that mails use; what stands in brackets counts as one class. */
export function specificityOf(selector: string): Specificity {
  let ids = 0;
  let classes = 0;
  let types = 0;
  for (const [, isClass, isType] of selector.matchAll(PARTS)) {
    if (isClass !== undefined) classes += 1;
    else if (isType !== undefined) types += 1;
    else ids += 1;
  }
  return [0, ids, classes, types];
}

/** Less than 0 when the first is weaker, 0 when both are alike. */
export function compareSpecificity(one: Specificity, other: Specificity): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
