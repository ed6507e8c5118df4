/** The engine says its own sentences in the language of the person, and tells the shell when its menu bar has to follow. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Keychain, startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { type EngineHere, startEngineHere } from './engine-here.ts';

const run = createRunFolder();
let keychain: Keychain;
let engine: EngineHere | undefined;

beforeAll(async () => {
  keychain = await startKeychain({ run });
  // libsecret reads it when it is first used; this file has a process of its own.
  Object.assign(process.env, keychain.env);
});
afterEach(() => engine?.stop());
afterAll(() => run.remove());

it('speaks the system’s language until the person chooses, and what they chose from the next sentence and the next start on', async () => {
  const folder = mkdtempSync(join(run.path, 'language'));
  const path = join(folder, 'code.html');
  const told: unknown[] = [];
  const names: unknown[] = [];
  const start = () =>
    startEngineHere({
      directory: join(folder, 'mail'),
      temporaryDirectory: folder,
      keychainService: 'Latchkey language test',
      config: { locale: 'de-AT' },
      shell(name, input) {
        if (name === 'setLanguage') told.push(input.language);
        if (name !== 'pickSavePath') return {};
        names.push(input.suggestedName);
        return { path };
      },
    });
  async function savedTitle({ ask }: EngineHere): Promise<string | undefined> {
    await ask('recovery.create', {});
    await ask('recovery.save', {});
    return /<html lang="(?:en|de)">[\s\S]*<h1>[^<]*<\/h1>/
      .exec(readFileSync(path, 'utf8'))?.[0]
      .replace(/[\s\S]*<h1>|<\/h1>/g, '');
  }
  engine = start();
  expect(await savedTitle(engine)).toBe('Wiederherstellungscode für Latchkey Mail');
  // The shell began with the system's language itself.
  expect(told).toEqual([]);
  await engine.ask('settings.set', { language: 'en' });
  expect(told).toEqual(['en']);
  expect(await savedTitle(engine)).toBe('Recovery code for Latchkey Mail');
  await engine.ask('settings.set', { theme: 'dark' });
  expect(told).toEqual(['en']);
  await engine.stop();

  engine = start();
  expect(await savedTitle(engine)).toBe('Recovery code for Latchkey Mail');
  expect(told).toEqual(['en', 'en']);
  await engine.ask('settings.set', { language: 'system' });
  expect(await savedTitle(engine)).toBe('Wiederherstellungscode für Latchkey Mail');
  expect(told).toEqual(['en', 'en', 'de']);
  expect(new Set(names)).toEqual(
    new Set(['Latchkey Mail Wiederherstellungscode.html', 'Latchkey Mail recovery code.html']),
  );
});
