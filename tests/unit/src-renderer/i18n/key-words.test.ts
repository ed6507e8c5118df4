import { afterEach, expect, it, vi } from 'vitest';
import { sayKeys } from '../../../../src-renderer/i18n/key-words.ts';

afterEach(() => vi.unstubAllGlobals());

it('calls keys what this keyboard calls them', () => {
  vi.stubGlobal('navigator', { platform: 'Linux x86_64' });
  expect(sayKeys('Mod Shift L')).toBe('Ctrl Shift L');
  vi.stubGlobal('navigator', { platform: 'MacIntel' });
  expect(sayKeys('Mod Shift L')).toBe('⌘ ⇧ L');
  expect(sayKeys('G I')).toBe('G I');
});
