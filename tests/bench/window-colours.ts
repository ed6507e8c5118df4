/** Runs inside the page, bundled by the suite: what a newsletter costs the program's own sanitiser, on white paper and on dark. */
import { inHiddenFrame } from '../../src-renderer/html/hidden-frame.ts';
import { sanitise } from '../../src-renderer/html/sanitise.ts';

const COLOURS = 120;
const BLOCKS = 150;

/** As newsletters are: a sheet, tables in tables, a colour in nearly every cell. Each number has colours of its own. */
function newsletter(number: number): string {
  const colour = (at: number): string =>
    `#${(((number * COLOURS + (at % COLOURS)) * 2_654_435_761) % 0x1000000).toString(16).padStart(6, '0')}`;
  const rules = Array.from(
    { length: 40 },
    (_, at) =>
      `.c${at} { color: ${colour(at)}; background-color: ${colour(at + 40)}; border: 1px solid ${colour(at + 80)}; padding: 4px }`,
  );
  const blocks = Array.from(
    { length: BLOCKS },
    (_, at) =>
      `<tr><td class="c${at % 40}" bgcolor="${colour(at)}" style="color:${colour(at + 1)};background:${colour(at + 2)};font:14px Arial">` +
      `<h3 style="color:${colour(at + 3)};margin:0">News no. ${at}</h3><p>Whoever waits for the boat waits well, it is said, and is told so.</p>` +
      `<a href="https://news.example/${at}" style="color:${colour(at + 4)};border-bottom:1px solid ${colour(at + 5)}">Read on</a></td></tr>`,
  );
  return `<html><head><style>${rules.join('\n')}</style></head><body bgcolor="#ffffff"><table width="600">${blocks.join('')}</table></body></html>`;
}

/** Milliseconds of each run; every one with other colours, so that none is remembered. `size`: in thousands of letters. */
export function cleanInTurn(times: number): Promise<{ plain: number[]; dark: number[]; size: number }> {
  return inHiddenFrame(async (frame) => {
    const runs = { plain: [] as number[], dark: [] as number[], size: newsletter(0).length / 1000 };
    for (let time = 0; time < times * 2; time++) {
      const isDark = time % 2 === 1;
      const html = newsletter(time + 1);
      const from = performance.now();
      sanitise(html, {}, frame, { isDark });
      runs[isDark ? 'dark' : 'plain'].push(performance.now() - from);
    }
    return runs;
  });
}
