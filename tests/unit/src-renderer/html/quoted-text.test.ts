import { describe, expect, it } from 'vitest';
import { splitQuoted } from '../../../../src-renderer/html/quoted-text.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

describe('quotations in plain text', () => {
  it('are one block together with the line that introduces them', () => {
    expect(splitQuoted('Yes.\n\nOn Tuesday, Maya wrote:\n> Shall we?\n>> Why?\n\nBye')).toEqual([
      { kind: 'own', text: 'Yes.' },
      { kind: 'quoted', text: 'On Tuesday, Maya wrote:\n> Shall we?\n>> Why?' },
      { kind: 'own', text: 'Bye' },
    ]);
  });

  it('take an introduction of two lines with them', () => {
    const blocks = splitQuoted('Yes.\n\nOn Tuesday, 3 March 2026 at 12:00\nMaya <m@x.example> wrote:\n> a');
    expect(blocks[0]).toEqual({ kind: 'own', text: 'Yes.' });
    expect(blocks[1]?.text.startsWith('On Tuesday')).toBe(true);
  });

  it('leave a paragraph alone that does not introduce them', () => {
    expect(splitQuoted('I agree\n> a')).toEqual([
      { kind: 'own', text: 'I agree' },
      { kind: 'quoted', text: '> a' },
    ]);
  });

  it('end at a signature, which goes to the end', () => {
    expect(splitQuoted('Hi\r\n-- \r\nMaya\r\n\r\nTel 1')).toEqual([
      { kind: 'own', text: 'Hi' },
      { kind: 'signature', text: '-- \nMaya\n\nTel 1' },
    ]);
  });

  it('are nothing in empty text', () => {
    expect(splitQuoted(' \n\n')).toEqual([]);
  });

  it('are found in a moment whatever runs of blanks stand in the text', () => {
    const blanks = `x${' '.repeat(1_000_000)}x`;
    const spent = startCounting();
    expect(splitQuoted(`${blanks}\n> ${blanks}\n`)).toHaveLength(2);
    expect(spent()).toBeLessThan(1_000);
  });
});
