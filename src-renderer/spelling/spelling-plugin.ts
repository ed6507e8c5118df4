/**
 * Marks misspelled words in a ProseMirror editor. What is typed comes first: words are looked at when the person rests, in slices that do
 * not cost a frame, and only in paragraphs that are on the screen and have changed since. A paragraph that has not changed is the same object
 * as before, which is how it is known. The word under the caret is left alone until it is finished.
 */
import type { Node } from '@tiptap/pm/model';
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state';
import { Mapping } from '@tiptap/pm/transform';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import { type Word, wordsOf } from './spell-words.ts';
import type { Speller } from './speller.ts';
import './spelling.css';

export type MisspelledWord = { from: number; to: number; word: string };

/** Marks of these paragraphs are to be these. */
type Judged = { from: number; to: number; words: MisspelledWord[] }[];

const key = new PluginKey<DecorationSet>('spelling');

/** After the last key, and longest that a slice may take of a frame. */
const REST_MS = 250;
const SLICE_MS = 2;

export type SpellingOptions = {
  speller: Pick<Speller, 'check' | 'subscribe'>;
  /** What is not to be looked at beside code and quotes, whole. */
  skips?: (node: Node) => boolean;
  /** The positions that are on the screen; by itself it looks. For tests. */
  visible?: (view: EditorView) => { from: number; to: number };
};

/** The plugin; one for each editor. It ends with the editor, and leaves the speller open. */
export function spellingPlugin(options: SpellingOptions): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(transaction, marks, _old, state) {
        const judged = transaction.getMeta(key) as Judged | undefined;
        if (judged) return setMarks(marks, judged, state.doc);
        if (!transaction.docChanged) return marks;
        // A word that is being changed is not what was judged any more.
        const moved = marks.map(transaction.mapping, transaction.doc);
        const touched = changedRanges(transaction.mapping).flatMap(({ from, to }) => moved.find(from, to));
        return touched.length === 0 ? moved : moved.remove(touched);
      },
    },
    props: { decorations: (state) => key.getState(state) },
    view: (view) => watch(view, options),
  });
}

/** The misspelled word at a position; undefined when there is none. */
export function misspelledAt(state: EditorState, pos: number): MisspelledWord | undefined {
  const [mark] = key.getState(state)?.find(pos, pos) ?? [];
  return mark && { from: mark.from, to: mark.to, word: state.doc.textBetween(mark.from, mark.to) };
}

/** Puts another word in the place of one, as one step that can be undone; its bold stays bold. */
export function replaceWord(
  view: EditorView,
  { from, to }: { from: number; to: number },
  word: string,
): void {
  view.dispatch(view.state.tr.insertText(word, from, to).scrollIntoView());
  view.focus();
}

function setMarks(marks: DecorationSet, judged: Judged, doc: Node): DecorationSet {
  const old = judged.flatMap(({ from, to }) => marks.find(from, to));
  const added = judged.flatMap(({ words }) =>
    words.map(({ from, to }) => Decoration.inline(from, to, { class: 'misspelled' })),
  );
  return marks.remove(old).add(doc, added);
}

/** What steps have written, where it stands after all of them. */
function changedRanges(mapping: Mapping): { from: number; to: number }[] {
  return mapping.maps.flatMap((map, index) => {
    const after = new Mapping(mapping.maps.slice(index + 1));
    const ranges: { from: number; to: number }[] = [];
    map.forEach((_from, _to, from, to) => {
      ranges.push({ from: after.map(from, -1), to: after.map(to, 1) });
    });
    return ranges;
  });
}

function watch(view: EditorView, options: SpellingOptions) {
  const verdicts = new Map<string, boolean>();
  let done = new WeakSet<Node>();
  const wordsIn = new WeakMap<Node, Word[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isEnded = false;

  const later = (ms: number): void => {
    if (isEnded) return;
    clearTimeout(timer);
    timer = setTimeout(look, ms);
  };

  const wordsOfBlock = (block: Node): Word[] => {
    const known = wordsIn.get(block) ?? wordsOf(proseOf(block));
    wordsIn.set(block, known);
    return known;
  };

  function look(): void {
    // While an input method composes, nobody else may touch its text.
    if (isEnded || view.composing) return;
    const judged: Judged = [];
    const unknown = new Set<string>();
    let isCut = false;
    const { from, to } = (options.visible ?? visibleRange)(view);
    const until = performance.now() + SLICE_MS;
    let looked = 0;
    view.state.doc.nodesBetween(from, to, (node, pos) => {
      if (isCut || node.type.spec.code || node.type.name === 'blockquote' || options.skips?.(node))
        return false;
      if (!node.isTextblock) return true;
      if (done.has(node)) return false;
      // One at least, or on a slow machine it would begin anew for ever.
      if (looked > 0 && performance.now() > until) {
        isCut = true;
        return false;
      }
      looked += 1;
      const words = wordsOfBlock(node).filter(({ word }) => verdicts.get(word) !== true);
      const open = words.filter(({ word }) => !verdicts.has(word));
      if (open.length > 0) for (const { word } of open) unknown.add(word);
      else judge(node, pos + 1, words);
      return false;
    });
    if (judged.length > 0 && !isSame(view.state, judged)) {
      view.dispatch(view.state.tr.setMeta(key, judged).setMeta('addToHistory', false));
    }
    if (unknown.size > 0) void ask([...unknown]);
    else if (isCut) later(0);

    function judge(block: Node, start: number, wrong: Word[]): void {
      const { selection } = view.state;
      const caret = selection.empty && view.hasFocus() ? selection.head - start : -1;
      const finished = wrong.filter((word) => caret < word.from || caret > word.to);
      if (finished.length === wrong.length) done.add(block);
      judged.push({
        from: start,
        to: start + block.content.size,
        words: finished.map((word) => ({ from: start + word.from, to: start + word.to, word: word.word })),
      });
    }
  }

  async function ask(words: string[]): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    const wrong = await options.speller.check(words);
    isAsking = false;
    for (const word of words) verdicts.set(word, !wrong.has(word));
    later(0);
  }

  const stopHearing = options.speller.subscribe(() => {
    verdicts.clear();
    done = new WeakSet();
    later(0);
  });
  const onScroll = (): void => later(REST_MS);
  const page = view.dom.ownerDocument;
  // Whatever scrolls the editor; scrolling does not bubble.
  page.addEventListener('scroll', onScroll, { capture: true, passive: true });
  later(REST_MS);

  return {
    update(_view: EditorView, before: EditorState) {
      if (before.doc !== view.state.doc || !before.selection.eq(view.state.selection)) later(REST_MS);
    },
    destroy() {
      isEnded = true;
      clearTimeout(timer);
      stopHearing();
      page.removeEventListener('scroll', onScroll, { capture: true });
    },
  };
}

/** Whether the marks are there already: then nothing is to be drawn anew. */
function isSame(state: EditorState, judged: Judged): boolean {
  const marks = key.getState(state);
  return judged.every(({ from, to, words }) => {
    const there = new Set(marks?.find(from, to).map((mark) => `${mark.from} ${mark.to}`));
    return there.size === words.length && words.every((word) => there.has(`${word.from} ${word.to}`));
  });
}

/** The text of a paragraph, position for position; what is no prose is blank. */
function proseOf(block: Node): string {
  let text = '';
  block.forEach((node) => {
    const isProse = node.isText && !node.marks.some(({ type }) => type.spec.code || type.name === 'link');
    text += isProse ? (node.text ?? '') : ' '.repeat(node.nodeSize);
  });
  return text;
}

/**
 * The blocks on the screen, found by where they stand. ProseMirror's own way from a point to a position measures a text letter by letter,
 * which takes seconds in a word of a hundred thousand.
 */
function visibleRange(view: EditorView): { from: number; to: number } {
  const { top, bottom } = view.dom.getBoundingClientRect();
  const [first, last] = [Math.max(top, 0) + 1, Math.min(bottom, window.innerHeight) - 1];
  if (first > last) return { from: 0, to: 0 };
  const [from, to] = [blockAt(view.dom, first), blockAt(view.dom, last)];
  return { from: view.posAtDOM(from, 0), to: view.posAtDOM(to, to.childNodes.length) };
}

/** What holds blocks, one below the other. */
const HOLDERS = 'ul, ol, li, blockquote, [data-signature]';

/** The innermost block that ends below this line, the last one if none does. */
function blockAt(holder: Element, line: number): Element {
  const { children } = holder;
  let low = 0;
  let high = children.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((children[middle]?.getBoundingClientRect().bottom ?? line) < line) low = middle + 1;
    else high = middle;
  }
  const block = children[low];
  if (!block) return holder;
  return block.matches(HOLDERS) ? blockAt(block, line) : block;
}
