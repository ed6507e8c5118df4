import { expect, it } from 'vitest';
import german from '../../../../app/locales/de-engine.json';
import english from '../../../../app/locales/en-engine.json';
import { createEngineTexts } from '../../../../src-main/accounts/engine-texts.ts';
import { savedNameOf } from '../../../../src-main/ipc/message-parts.ts';
import { harmlessFileName } from '../../../../src-main/mime/file-name.ts';

it('a calendar without a name is saved under one in the language of the person, every other file under its own', () => {
  const texts = createEngineTexts({ en: english, de: german }, () => 'de');
  expect(savedNameOf(harmlessFileName('', 'text/calendar', 1), texts)).toBe('Einladung.ics');
  expect(savedNameOf(harmlessFileName(null, 'application/ics', 1), texts)).toBe('Einladung.ics');
  expect(savedNameOf(harmlessFileName('Plan.ics', 'text/calendar', 1), texts)).toBe('Plan.ics');
});
