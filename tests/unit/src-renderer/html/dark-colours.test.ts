import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Colour,
  contrastOf,
  darkInk,
  darkPaper,
  luminanceOf,
  readColour,
  writeColour,
  writeHex,
} from '../../../../src-renderer/html/dark-colours.ts';

const none = () => undefined;
const read = (text: string): Colour => {
  const colour = readColour(text, none);
  if (!colour) throw new Error(`${text} is no colour`);
  return colour;
};
const part = fc.double({ min: 0, max: 1, noNaN: true });
const anyColour = fc.record({ r: part, g: part, b: part, alpha: fc.constant(1) });

describe('a colour', () => {
  it('is read in every form in which CSSOM and the attributes of HTML write it', () => {
    const red = { r: 1, g: 0, b: 0, alpha: 1 };
    for (const text of ['#f00', 'f00', '#ff0000', 'FF0000', 'rgb(255, 0, 0)', 'rgb(255 0 0)', '#ff0000ff']) {
      expect(readColour(text, none)).toEqual(red);
    }
    expect(readColour('rgba(255, 0, 0, 0.5)', none)).toEqual({ ...red, alpha: 0.5 });
    expect(readColour('rgb(255 0 0 / 50%)', none)).toEqual({ ...red, alpha: 0.5 });
    expect(readColour('red', (name) => (name === 'red' ? '#ff0000' : undefined))).toEqual(red);
  });

  it('is none when it is something else', () => {
    for (const text of ['inherit', 'var(--x)', 'url(x)', '#12345', 'rgb(a, b, c)', '']) {
      expect(readColour(text, none)).toBeUndefined();
    }
  });

  it('comes out as CSSOM writes it', () => {
    expect(writeColour(read('#336699'))).toBe('rgb(51, 102, 153)');
    expect(writeColour(read('rgba(51, 102, 153, 0.25)'))).toBe('rgba(51, 102, 153, 0.25)');
    expect(writeHex(read('rgb(51, 102, 153)'))).toBe('#336699');
  });
});

describe('colours for dark paper', () => {
  it('keep every ink readable on every paper', () => {
    fc.assert(
      fc.property(anyColour, anyColour, (ink, paper) => {
        expect(contrastOf(darkInk(ink), darkPaper(paper))).toBeGreaterThanOrEqual(4.5);
      }),
      { numRuns: 2_000 },
    );
  });

  it('stay readable in the 8 bits in which they are written', () => {
    for (const ink of ['#000', '#777', '#fff', '#00f', '#f00', '#808000', '#1a73e8']) {
      for (const paper of ['#000', '#777', '#fff', '#00f', '#ff0', '#0f0', '#1a73e8']) {
        const [shownInk, shownPaper] = [
          read(writeHex(darkInk(read(ink)))),
          read(writeHex(darkPaper(read(paper)))),
        ];
        expect(contrastOf(shownInk, shownPaper)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('keep their hue: a blue stays a blue, a grey stays grey', () => {
    const blue = darkPaper(read('#1a73e8'));
    expect(blue.b).toBeGreaterThan(blue.r + 0.2);
    const grey = darkInk(read('#666666'));
    expect(Math.abs(grey.r - grey.b)).toBeLessThan(0.01);
  });

  it('keep the order of greys: what was fainter on white is fainter on black', () => {
    const [strong, faint] = [darkInk(read('#111111')), darkInk(read('#666666'))];
    expect(luminanceOf(strong)).toBeGreaterThan(luminanceOf(faint));
  });

  it('leave what nobody sees unseen, and make words solid that could be seen through', () => {
    expect(darkInk(read('rgba(0, 0, 0, 0)')).alpha).toBe(0);
    expect(darkInk(read('rgba(0, 0, 0, 0.4)')).alpha).toBe(1);
    expect(darkPaper(read('rgba(255, 255, 255, 0.4)')).alpha).toBe(0.4);
  });
});
