import { describe, expect, it } from 'vitest';
import { previewOf } from '../../../../src-main/mime/preview.ts';

describe('previewOf', () => {
  it('leaves out quoted mail with its attribution, and the signature', () => {
    const text = 'Thanks,\n\nsee you.\n\nOn Monday, Bob wrote:\n> old words\n>> older\n\n-- \nMaya\nLab';
    expect(previewOf(text)).toBe('Thanks, see you.');
  });

  it('leaves out the invisible filling and the links of newsletters', () => {
    const gap = '\u034f \u200c\u00a0\u00ad\u2007'.repeat(80);
    expect(previewOf(`Big news!${gap}\nRead on: <https://track.test/abc> or later\n==========\nNext`)).toBe(
      'Big news! Read on: or later Next',
    );
  });

  it('stops before a forwarded original, and at 200 characters without cutting one', () => {
    expect(previewOf('FYI\n-----Original Message-----\nFrom: x')).toBe('FYI');
    const long = previewOf('😀'.repeat(500));
    expect(Array.from(long)).toHaveLength(200);
    expect(long.isWellFormed?.() ?? true).toBe(true);
  });

  it('turns no direction and shows no control character', () => {
    expect(previewOf('a\u202eb\u0007c\u2066d')).toBe('abcd');
  });
});
