/** The figures as a plain table for a terminal. */

/** @typedef {import('../../tests/bench/suite.ts').Figure} Figure */

/**
 * The cells: the head first, then a row for each figure.
 * @param {readonly Figure[]} figures
 * @returns {string[][]}
 */
export function benchRows(figures) {
  const rows = figures.map((figure) => [
    figure.name,
    shortNumber(figure.value),
    figure.unit,
    figure.floor === undefined ? '' : shortNumber(figure.floor),
    figure.ratio === undefined ? '' : figure.ratio.toFixed(2),
    ...targetCells(figure),
    figure.note ?? '',
  ]);
  return [['name', 'value', 'unit', 'floor', 'ratio', 'target', '', 'note'], ...rows];
}

/**
 * @param {readonly Figure[]} figures
 * @returns {string}
 */
export function benchTable(figures) {
  const [head = [], ...rows] = benchRows(figures);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = (/** @type {number} */ column) => [1, 3, 4].includes(column);
  const lineOf = (/** @type {string[]} */ cells) =>
    cells
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [lineOf(head), ...rows.map(lineOf)].join('\n');
}

/** @param {Figure} figure */
export function isMet({ value, ratio, target }) {
  if (!target) return undefined;
  const measured = target.of === 'value' ? value : (ratio ?? Number.NaN);
  return target.bound === 'at most' ? measured <= target.number : measured >= target.number;
}

/**
 * @param {Figure} figure
 * @returns {[string, string]}
 */
function targetCells(figure) {
  const { target, unit } = figure;
  if (!target) return ['', ''];
  const what =
    target.of === 'ratio'
      ? `${shortNumber(target.number)} of floor`
      : `${shortNumber(target.number)} ${unit}`;
  return [`${target.bound === 'at most' ? '<=' : '>='} ${what}`, isMet(figure) ? 'met' : 'MISSED'];
}

/**
 * Three digits that mean something, thousands apart.
 * @param {number} value
 */
export function shortNumber(value) {
  if (!Number.isFinite(value)) return 'none';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
