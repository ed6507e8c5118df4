/** The browser lays nested boxes out by calling itself; some hundreds of them end the window. */
const MAX_DEPTH = 150;
const MAX_TEXT = 2_000_000;
const MAX_LINES = 100_000;
/** Its time grows with the square of the changes between left-to-right and right-to-left in one paragraph. */
const MAX_TURNS = 5_000;
/** Marks on one letter, and parts that are joined to one sign: more are drawn by nobody, and take for ever. */
const STACKED = /(\p{M}{16})\p{M}+|((?:\p{Extended_Pictographic}\ufe0f?\u200d){12})(?:[^\s\p{L}]?\u200d?)+/gu;
const TURNS =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]+|[A-Za-z\u00c0-\u058f]+/gu;
/** Written without blanks between the words: where a line may end is looked up in a dictionary, in a time that grows with the square. */
const UNSPACED =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df]+|[^\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df]+/gu;
const MAX_RUN = 3_000;
const MAX_UNSPACED = 200_000;

/**
 * Takes from a sanitised tree what would hold the window up, whatever its sender wanted with it: boxes too deep in one another become
 * their words, text that is too long ends, towers of marks are cut. Answers whether words were left out.
 */
export function boundContent(root: HTMLElement): boolean {
  flatten(root);
  return boundText(root);
}

function flatten(root: HTMLElement): void {
  let level: Element[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH) for (const element of level) element.replaceChildren(element.textContent);
    level = depth === MAX_DEPTH ? [] : level.flatMap((element) => [...element.children]);
  }
}

function boundText(root: HTMLElement): boolean {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let textLeft = MAX_TEXT;
  let turnsLeft = MAX_TURNS;
  let linesLeft = MAX_LINES;
  const breakRuns = createRunBreaker();
  let isCut = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue ?? '';
    const turns = isLatin(text) ? 0 : (text.match(TURNS)?.length ?? 0);
    const lines = text.split('\n').length - 1;
    const isTooMuch = turns > turnsLeft || lines > linesLeft;
    const kept = isTooMuch ? '' : text.slice(0, textLeft).replace(STACKED, '$1$2');
    textLeft -= kept.length;
    if (!isTooMuch) {
      turnsLeft -= turns;
      linesLeft -= lines;
    }
    const shown = breakRuns(kept);
    isCut ||= kept !== text || shown === undefined;
    if (shown !== text) node.nodeValue = shown ?? '';
  }
  return isCut;
}

/** Lets lines end somewhere in runs of letters that are too long; undefined for text that is one too many. */
function createRunBreaker(): (text: string) => string | undefined {
  let run = 0;
  let left = MAX_UNSPACED;
  return (text) => {
    if (!isUnspaced(text)) {
      if (text !== '') run = 0;
      return text;
    }
    if (text.length > left) return undefined;
    left -= text.length;
    let broken = '';
    for (const [part] of text.matchAll(UNSPACED)) {
      if (!isUnspaced(part)) {
        run = 0;
        broken += part;
        continue;
      }
      for (let at = 0; at < part.length; at += MAX_RUN) {
        const piece = part.slice(at, at + MAX_RUN);
        if (run + piece.length > MAX_RUN) {
          broken += '\u200b';
          run = 0;
        }
        run += piece.length;
        broken += piece;
      }
    }
    return broken;
  };
}

function isUnspaced(text: string): boolean {
  return /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df]/u.test(text);
}

/** Without a letter that is written to the left there is nothing to turn. */
function isLatin(text: string): boolean {
  return !/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\ud802-\ud83b\u202a-\u202e\u2066-\u2069]/.test(text);
}
