import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngineTexts } from '../../src-main/accounts/engine-texts.ts';

/** Says a sentence of one of the catalogues; throws when it is not in there, or wants a value that was not given. */
export function readCatalogue(
  name: string,
): (key: string, values: Record<string, string | number>) => string {
  const path = join(import.meta.dirname, `../../app/locales/${name}.json`);
  const catalogue = JSON.parse(readFileSync(path, 'utf8'));
  const texts = createEngineTexts({ en: catalogue, de: {} }, () => 'en');
  return (key, values) => {
    if (!texts.has(key)) throw new Error(`no such sentence: ${key}`);
    return texts.format(key, values);
  };
}
