import { Schema } from '@tiptap/pm/model';
import { EditorState, type Plugin, TextSelection, type Transaction } from '@tiptap/pm/state';
import type { DecorationSet, EditorView } from '@tiptap/pm/view';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  misspelledAt,
  replaceWord,
  spellingPlugin,
} from '../../../../src-renderer/spelling/spelling-plugin.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    paragraph: { group: 'block', content: 'text*' },
    codeBlock: { group: 'block', content: 'text*', code: true },
    blockquote: { group: 'block', content: 'block+' },
    text: {},
  },
  marks: { bold: {}, link: {}, code: { code: true } },
});
const p = (...content: Parameters<typeof schema.node>[2][]) =>
  schema.node('paragraph', null, content.flat() as never);
const text = (words: string, mark?: string) => schema.text(words, mark ? [schema.mark(mark)] : []);

const WRONG = new Set(['wrod', 'teh', 'wrnog']);

/** An editor without a page: what the plugin needs of a view, and no more. */
function open(...blocks: Parameters<typeof schema.node>[2][]) {
  const asked: string[][] = [];
  const listeners = new Set<() => void>();
  const plugin: Plugin<DecorationSet> = spellingPlugin({
    speller: {
      async check(words) {
        asked.push([...words].sort());
        return new Set(words.filter((word) => WRONG.has(word)));
      },
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    visible: () => ({ from: 0, to: view.state.doc.content.size }),
  });
  let isComposing = false;
  const view = {
    state: EditorState.create({ doc: schema.node('doc', null, blocks.flat() as never), plugins: [plugin] }),
    get composing() {
      return isComposing;
    },
    hasFocus: () => true,
    focus() {},
    dom: { ownerDocument: { addEventListener() {}, removeEventListener() {} } },
    dispatch(transaction: Transaction) {
      const before = view.state;
      view.state = before.apply(transaction);
      watcher?.update?.(view as unknown as EditorView, before);
    },
  };
  const watcher = plugin.spec.view?.(view as unknown as EditorView);
  const marked = () =>
    (plugin.getState(view.state)?.find() ?? []).map(({ from, to }) => view.state.doc.textBetween(from, to));
  return {
    view,
    asked,
    marked,
    teach: () => {
      for (const listener of listeners) listener();
    },
    compose: (on: boolean) => {
      isComposing = on;
    },
    rest: () => vi.advanceTimersByTimeAsync(1_000),
    close: () => watcher?.destroy?.(),
  };
}

describe('marks under misspelled words', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('stand when the person rests; code, links and quotes have none', async () => {
    const editor = open(
      p(text('a wrod here')),
      p(text('wro', 'bold'), text('d split')),
      p(text('wrod', 'link'), text(' '), text('teh', 'code'), text(' teh')),
      schema.node('codeBlock', null, [text('wrod')]),
      schema.node('blockquote', null, [p(text('wrod'))]),
    );
    expect(editor.marked()).toEqual([]);
    await editor.rest();
    expect(editor.marked()).toEqual(['wrod', 'wrod', 'teh']);
    editor.close();
  });

  it('wait until a word is finished, and leave with it when it is changed', async () => {
    const editor = open(p(text('say ')));
    editor.view.dispatch(editor.view.state.tr.insertText('wrod', 5));
    editor.view.dispatch(editor.view.state.tr.setSelection(TextSelection.create(editor.view.state.doc, 9)));
    await editor.rest();
    expect(editor.marked()).toEqual([]);
    editor.view.dispatch(editor.view.state.tr.insertText(' x'));
    await editor.rest();
    expect(editor.marked()).toEqual(['wrod']);
    editor.view.dispatch(editor.view.state.tr.insertText('z', 9));
    expect(editor.marked()).toEqual([]);
    editor.close();
  });

  it('are asked for once a word, and only in paragraphs that changed', async () => {
    const editor = open(p(text('one wrod')), p(text('two wrnog')));
    await editor.rest();
    expect(editor.asked).toEqual([['one', 'two', 'wrnog', 'wrod']]);
    editor.view.dispatch(editor.view.state.tr.insertText('three ', 1));
    await editor.rest();
    expect(editor.asked.slice(1)).toEqual([['three']]);
    expect(editor.marked()).toEqual(['wrod', 'wrnog']);
    editor.close();
  });

  it('are not drawn while an input method composes', async () => {
    const editor = open(p(text('one wrod')));
    editor.compose(true);
    await editor.rest();
    expect(editor.asked).toEqual([]);
    editor.close();
  });

  it('are looked at again when the person taught a word', async () => {
    const editor = open(p(text('one wrod')));
    await editor.rest();
    WRONG.delete('wrod');
    editor.teach();
    await editor.rest();
    expect(editor.marked()).toEqual([]);
    WRONG.add('wrod');
    editor.close();
  });

  it('say what stands under a place, and another word takes it', async () => {
    const editor = open(p(text('one '), text('wrod', 'bold')));
    await editor.rest();
    expect(misspelledAt(editor.view.state, 2)).toBeUndefined();
    const found = misspelledAt(editor.view.state, 7);
    expect(found).toEqual({ from: 5, to: 9, word: 'wrod' });
    if (found) replaceWord(editor.view as unknown as EditorView, found, 'word');
    expect(editor.view.state.doc.textContent).toBe('one word');
    expect(editor.view.state.doc.nodeAt(6)?.marks.map(({ type }) => type.name)).toEqual(['bold']);
    expect(editor.marked()).toEqual([]);
    editor.close();
  });

  it('cost the typing frame nothing to speak of', async () => {
    const line = 'The quick brown fox jumps over a lazy wrod of teh kind. '.repeat(8);
    const editor = open(Array.from({ length: 1_000 }, () => p(text(line))).flat() as never);
    for (let turn = 0; turn < 20; turn++) await editor.rest();
    const spent = startCounting();
    for (let turn = 0; turn < 50; turn++) editor.view.dispatch(editor.view.state.tr.insertText('a', 3));
    expect(spent() / 50).toBeLessThan(2);
    editor.close();
  });
});
