import { describe, expect, it } from 'vitest';
import { isUnseenPicture } from '../../../../src-shared/picture/unseen-picture.ts';

// As a browser gives the values: what is not said is an empty text.
const style = (name: string, value: string) => [['display', ''] as const, [name, value] as const];

describe('a picture that nobody is meant to see', () => {
  it.each([
    ['display', 'none'],
    ['visibility', 'hidden'],
    ['opacity', '0'],
    ['width', '0px'],
    ['height', '1px'],
    ['max-width', '2.5px'],
    ['max-height', '0px'],
  ])('is told by its style: %s %s', (name, value) => {
    expect(isUnseenPicture([], style(name, value))).toBe(true);
  });

  it.each([
    ['hidden', ''],
    ['width', '1'],
    ['height', ' 0 '],
  ])('is told by its attributes: %s', (name, value) => {
    expect(isUnseenPicture([[name, value]], [])).toBe(true);
  });

  it.each([
    ['display', 'block'],
    ['opacity', '0.5'],
    ['width', '20px'],
    ['width', '1em'],
    ['max-height', '100%'],
    ['min-width', '0px'],
  ])('is none that has %s %s', (name, value) => {
    expect(isUnseenPicture([['width', '20']], style(name, value))).toBe(false);
  });
});
