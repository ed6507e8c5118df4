import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readShellTexts } from '../../../../src-main/shell/shell-texts.ts';

const folder = join(import.meta.dirname, '../../../../app/locales');

it('the menu bar and the message boxes have words in each language', () => {
  const english = readShellTexts(folder, 'en');
  const german = readShellTexts(folder, 'de');
  expect([english.file, english.selectAll]).toEqual(['File', 'Select all']);
  expect([german.file, german.selectAll]).toEqual(['Datei', 'Alles auswählen']);
});
