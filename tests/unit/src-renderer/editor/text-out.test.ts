import { getSchema, type JSONContent } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { describe, expect, it } from 'vitest';
import { CONTENT } from '../../../../src-renderer/editor/schema.ts';
import { textToContent } from '../../../../src-renderer/editor/text-in.ts';
import { docToText, isBlank, isFormatted } from '../../../../src-renderer/editor/text-out.ts';

const schema = getSchema(CONTENT);
const makeDoc = (...content: JSONContent[]): Node => schema.nodeFromJSON({ type: 'doc', content });
const text = (words: string, ...marks: { type: string; attrs?: object }[]): JSONContent => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks }),
});
const p = (...content: (JSONContent | string)[]): JSONContent => ({
  type: 'paragraph',
  content: content.map((one) => (typeof one === 'string' ? text(one) : one)),
});
const li = (...content: JSONContent[]): JSONContent => ({ type: 'listItem', content });
const link = (href: string): { type: string; attrs: object } => ({ type: 'link', attrs: { href } });

describe('a formatted text in plain characters', () => {
  it('parts paragraphs by a blank line, and keeps the lines in them', () => {
    expect(docToText(makeDoc(p('One'), p('two', { type: 'hardBreak' }, 'lines'), p('three')))).toBe(
      'One\n\ntwo\nlines\n\nthree',
    );
  });

  it('writes lists with their marks, numbers from where they begin, and what hangs below them indented', () => {
    const inner = { type: 'bulletList', content: [li(p('deep'))] };
    const list = { type: 'orderedList', attrs: { start: 9 }, content: [li(p('nine')), li(p('ten'), inner)] };
    expect(docToText(makeDoc(list))).toBe('9. nine\n10. ten\n    - deep');
  });

  it('puts quotations behind > and those in quotations behind >>', () => {
    const inner = { type: 'blockquote', content: [p('older')] };
    expect(docToText(makeDoc({ type: 'blockquote', content: [p('newer'), p('words'), inner] }))).toBe(
      '> newer\n>\n> words\n>\n>> older',
    );
  });

  it('says where a link leads, unless its words do', () => {
    const words = p(
      text('the ', link('https://press.example/a')),
      text('plates', link('https://press.example/a'), { type: 'bold' }),
      ' and ',
      text('press.example/b', link('https://press.example/b')),
      ' or ',
      text('Ada', link('mailto:ada@press.example')),
    );
    expect(docToText(makeDoc(words))).toBe(
      'the plates <https://press.example/a> and press.example/b or Ada <ada@press.example>',
    );
  });

  it('writes the signature after its mark, which keeps its blank, and no other line ends with one', () => {
    const signature = { type: 'signature', content: [p('Maya  ')] };
    expect(docToText(makeDoc(p('Hello '), signature))).toBe('Hello\n\n-- \nMaya');
  });

  it('names a picture by its words', () => {
    const picture = (alt: string): JSONContent => ({ type: 'picture', attrs: { contentId: 'a', alt } });
    expect(docToText(makeDoc(p('See ', picture('the plate'), picture(''))))).toBe('See [the plate]');
  });

  it('of plain text is that text again', () => {
    for (const plain of ['One\ntwo\n\nthree', '', 'a\n\n-- \nMaya\nPress', 'Hello\n\nWorld']) {
      const doc = schema.nodeFromJSON(textToContent(plain));
      expect(docToText(doc)).toBe(plain);
      expect(isFormatted(doc)).toBe(false);
    }
  });
});

describe('what plain text would lose', () => {
  it('is bold, lists, headings, pictures, places, and links behind other words', () => {
    const href = 'https://press.example/a';
    const formatted = [
      p(text('a', { type: 'bold' })),
      { type: 'heading', attrs: { level: 1 }, content: [text('a')] },
      { type: 'bulletList', content: [li(p('a'))] },
      p({ type: 'picture', attrs: { contentId: 'a' } }),
      { ...p('a'), attrs: { textAlign: 'center' } },
      p(text('here', link(href))),
    ];
    for (const block of formatted) expect(isFormatted(makeDoc(block)), JSON.stringify(block)).toBe(true);
  });

  it('is nothing of words, lines, the signature, and links that say where they lead', () => {
    const href = 'https://press.example/a';
    const doc = makeDoc(p('a', { type: 'hardBreak' }, text(href, link(href))), {
      type: 'signature',
      content: [p('Maya')],
    });
    expect(isFormatted(doc)).toBe(false);
  });
});

describe('a text in which nothing was written', () => {
  it('may have a signature', () => {
    const signature = { type: 'signature', content: [p('Maya')] };
    expect(isBlank(makeDoc(p(' '), signature))).toBe(true);
    expect(isBlank(makeDoc(p('a'), signature))).toBe(false);
    expect(isBlank(makeDoc(p({ type: 'picture', attrs: { contentId: 'a' } })))).toBe(false);
  });
});
