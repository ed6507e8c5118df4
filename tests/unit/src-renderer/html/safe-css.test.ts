import { describe, expect, it } from 'vitest';
import {
  isSafeDeclaration,
  namesResource,
  setsColour,
  writeSafeDeclarations,
} from '../../../../src-renderer/html/safe-css.ts';

describe('style that a mail may bring along', () => {
  it('keeps plain type, colour and space', () => {
    expect(isSafeDeclaration('color', 'rgb(18, 52, 86)')).toBe(true);
    expect(isSafeDeclaration('width', 'calc(100% - 20px)')).toBe(true);
    expect(isSafeDeclaration('font-family', '"Helvetica Neue", Arial')).toBe(true);
  });

  it('drops every property that could name a resource or leave its place', () => {
    for (const property of [
      'background',
      'background-image',
      'list-style-image',
      'border-image-source',
      'content',
      'cursor',
      'filter',
      'mask-image',
      'position',
      'z-index',
      'transform',
      'zoom',
      'animation-name',
      '--custom',
      'src',
    ]) {
      expect(isSafeDeclaration(property, 'none'), property).toBe(false);
    }
  });

  it('drops values with resources, variables, escapes and at-words, whatever the property', () => {
    for (const value of [
      'url(https://x.example/a)',
      'URL( "x" )',
      'u\\72l(x)',
      'image-set("a.png" 1x)',
      'cross-fade(url(a), url(b))',
      'var(--x)',
      'attr(href)',
      'env(safe-area-inset-top)',
      'expression(alert(1))',
      'red;background:x',
      'red}x{color:blue',
      '@import',
      '</style>',
      '',
      'a'.repeat(301),
    ]) {
      expect(isSafeDeclaration('color', value), value).toBe(false);
    }
  });

  it('looks inside nested functions', () => {
    expect(isSafeDeclaration('width', 'min(10px, calc(1px + attr(x)))')).toBe(false);
    expect(isSafeDeclaration('width', 'min(10px, calc(1px + (2px)))')).toBe(true);
  });

  it('writes what stays, with its importance', () => {
    expect(
      writeSafeDeclarations([
        { property: 'color', value: 'red', isImportant: true },
        { property: 'position', value: 'fixed', isImportant: true },
        { property: 'float', value: 'left', isImportant: false },
      ]),
    ).toBe('color:red!important;float:left');
  });

  it('knows when a mail sets ink or paper itself', () => {
    const declare = (property: string, value: string) => [{ property, value, isImportant: false }];
    expect(setsColour(declare('background-color', '#fff'))).toBe(true);
    expect(setsColour(declare('background-color', 'transparent'))).toBe(false);
    expect(setsColour(declare('border-top-color', 'red'))).toBe(false);
  });

  it('counts CSS that names something to load', () => {
    expect(namesResource('a{background:URL (x)}')).toBe(true);
    expect(namesResource('@import "x";')).toBe(true);
    expect(namesResource('a{color:red}')).toBe(false);
  });
});
