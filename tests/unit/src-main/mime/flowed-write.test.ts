import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeFlowed } from '../../../../src-main/mime/flowed-write.ts';

/** RFC 3676 §4.1 and §4.2, by the letter; quotations come back as `>` and a space. */
function readFlowed(text: string): string {
  const lines: { depth: number; text: string; isOpen: boolean }[] = [];
  for (const raw of text.split('\n')) {
    const depth = /^>*/.exec(raw)?.[0].length ?? 0;
    const content = raw.slice(depth).replace(/^ /, '');
    const isOpen = content.endsWith(' ') && content !== '-- ';
    const last = lines.at(-1);
    if (last?.isOpen && last.depth === depth && content !== '-- ') {
      last.text += content;
      last.isOpen = isOpen;
    } else lines.push({ depth, text: content, isOpen });
  }
  return lines
    .map((one) => `${'>'.repeat(one.depth)}${one.depth > 0 && one.text ? ' ' : ''}${one.text}`)
    .join('\n');
}

describe('writeFlowed', () => {
  it('lets long lines flow, and keeps those that a person ended', () => {
    const long = 'A sentence of some words that goes on and on until it is longer than any line may be.';
    expect(writeFlowed(`${long}\nshort  \n`)).toBe(
      'A sentence of some words that goes on and on until it is longer than any \nline may be.\nshort\n',
    );
  });

  it('stuffs what looks like a quotation, a From line or a space, and leaves the signature line alone', () => {
    const words = `${'x'.repeat(73)} >no quotation, but a long line`;
    expect(writeFlowed(`From here\n  code\n-- \nMaya\n${words}`)).toBe(
      ` From here\n   code\n-- \nMaya\n${'x'.repeat(73)} \n >no quotation, but a long line`,
    );
  });

  it('quotes with marks side by side, and lets a quotation flow in its depth', () => {
    const long = 'word '.repeat(20).trim();
    expect(writeFlowed(`> > ${long}\n>\n> one`)).toBe(
      `>> ${'word '.repeat(14)}\n>> ${'word '.repeat(6).trim()}\n>\n> one`,
    );
  });

  it('comes back as it was written, in lines of at most 76', () => {
    const word = fc.constantFrom('a', 'word', '>', 'From', '--', '-', 'x'.repeat(30), 'Grüße', '😀');
    const line = fc
      .tuple(fc.constantFrom('', '', '> ', '>> ', '  '), fc.array(word, { maxLength: 40 }))
      .map(([start, words]) => `${start}${words.join(' ')}`.trimEnd());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        const written = writeFlowed(text);
        expect(written.split('\n').every((one) => one.length <= 76)).toBe(true);
        const normal = lines.map((one) => {
          const marks = /^>(?: ?>)*/.exec(one)?.[0] ?? '';
          const content = one.slice(marks.length).replace(marks ? /^ / : '', '');
          const depth = marks.replaceAll(' ', '');
          return `${depth}${depth && content ? ' ' : ''}${content}`;
        });
        expect(readFlowed(written)).toBe(normal.join('\n'));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a word that is longer than a line, and takes no time for a very long one', () => {
    const word = 'x'.repeat(1_000_000);
    expect(writeFlowed(word)).toBe(word);
    expect(readFlowed(writeFlowed(`${'a '.repeat(500_000)}b`))).toBe(`${'a '.repeat(500_000)}b`);
  });
});
