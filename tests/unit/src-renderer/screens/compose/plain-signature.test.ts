import { describe, expect, it } from 'vitest';
import {
  quoteLines,
  signatureBlock,
  swapSignature,
  withoutSignature,
} from '../../../../../src-renderer/screens/compose/plain-signature.ts';

const MAYA = { text: 'Maya\nKite & Loom' };
const SHOP = { text: 'The Shop' };

describe('the signature of a plain text', () => {
  it('gives its place to that of another identity, and what stands after it stays', () => {
    const text = `Hello${signatureBlock(MAYA)}\n\n> quoted`;
    expect(swapSignature(text, SHOP, MAYA)).toBe('Hello\n\n-- \nThe Shop\n\n> quoted');
    expect(swapSignature(text, undefined, MAYA)).toBe('Hello\n\n> quoted');
  });

  it('comes at the end where there was none', () => {
    expect(swapSignature('Hello', SHOP, undefined)).toBe('Hello\n\n-- \nThe Shop');
    expect(swapSignature('Hello', undefined, undefined)).toBe('Hello');
  });

  it('stays when it was changed by hand', () => {
    const text = 'Hello\n\n-- \nMaya, from the train';
    expect(swapSignature(text, SHOP, MAYA)).toBe(text);
  });

  it('is nothing that was written', () => {
    expect(withoutSignature(signatureBlock(MAYA)).trim()).toBe('');
    expect(withoutSignature('-- \nMaya')).toBe('');
    expect(withoutSignature('Hello')).toBe('Hello');
  });
});

describe('a plain quotation to write between', () => {
  it('has > before each line, and one more before what has it already', () => {
    expect(quoteLines('a\n\n> b')).toBe('> a\n>\n>> b');
  });
});
