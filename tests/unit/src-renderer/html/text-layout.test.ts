import { describe, expect, it } from 'vitest';
import { layOutText } from '../../../../src-renderer/html/text-layout.ts';

describe('a plain-text body', () => {
  it('is divided into what was written and what was quoted', () => {
    expect(layOutText('Yes.\n\n> Shall we?')).toEqual({
      blocks: [
        { kind: 'own', text: 'Yes.' },
        { kind: 'quoted', text: '> Shall we?' },
      ],
      isUndivided: false,
      isCut: false,
    });
  });

  it.each([
    ['links', 'a@b.cc '.repeat(100_000)],
    ['paragraphs', 'a\n\n'.repeat(200_000)],
    ['quotations', 'a\n> b\n'.repeat(150_000)],
  ])('is not divided when that would make a hundred thousand %s', (_what, text) => {
    const { blocks, isUndivided } = layOutText(text);
    expect(isUndivided).toBe(true);
    expect(blocks).toEqual([{ kind: 'own', text }]);
  });

  it('is cut when it has more characters than a window can show', () => {
    const { blocks, isCut } = layOutText('x'.repeat(60_000_000));
    expect(isCut).toBe(true);
    expect(blocks[0]?.text).toHaveLength(1_000_000);
  });
});
