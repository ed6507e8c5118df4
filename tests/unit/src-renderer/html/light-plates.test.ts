import { expect, it } from 'vitest';
import { isDarkLogo } from '../../../../src-renderer/html/light-plates.ts';

const points = (...all: [number, number, number, number][]) => new Uint8ClampedArray(all.flat());

it('a dark picture that can be seen through needs a light plate', () => {
  expect(isDarkLogo(points([0, 0, 0, 255], [20, 20, 30, 255], [0, 0, 0, 0], [0, 0, 0, 0]))).toBe(true);
});

it('a picture that brings its own ground, or light or coloured words, needs none', () => {
  expect(isDarkLogo(points([0, 0, 0, 255], [255, 255, 255, 255]))).toBe(false);
  expect(isDarkLogo(points([255, 255, 255, 255], [0, 0, 0, 0]))).toBe(false);
  expect(isDarkLogo(points([230, 60, 40, 255], [0, 0, 0, 0]))).toBe(false);
  expect(isDarkLogo(points([0, 0, 0, 0]))).toBe(false);
});
