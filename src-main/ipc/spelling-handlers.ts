import type { Dictionary } from '../../src-shared/model/writing.ts';
import type { EngineConfig } from '../base/engine-config.ts';
import { MailError } from '../base/errors.ts';
import type { Store } from '../store/store.ts';
import {
  type DictionaryFile,
  dictionaryFolders,
  findDictionaries,
  pickedDictionaries,
  readDictionary,
} from './dictionary-files.ts';
import type { Handlers } from './router.ts';
import type { ShellClient } from './shell-client.ts';

type SpellingHandlers = Pick<
  Handlers,
  | 'spelling.list'
  | 'spelling.setOn'
  | 'spelling.addFile'
  | 'spelling.load'
  | 'spelling.words'
  | 'spelling.learn'
>;

type Context = {
  config: Pick<EngineConfig, 'locale'>;
  shell: Pick<ShellClient, 'request'>;
  rooms(): { store: Pick<Store, 'spelling'> };
};

/** The dictionary that comes with the window. */
const BUNDLED = { id: 'en', language: 'en', from: 'bundled' } as const;

/** `folders` are those of the system; others in tests. */
export function createSpellingHandlers(
  context: Context,
  folders: readonly string[] = dictionaryFolders(process.platform),
): SpellingHandlers {
  const table = () => context.rooms().store.spelling;
  const systemId = ({ name }: DictionaryFile) => `system:${name}`;

  async function list(): Promise<Dictionary[]> {
    const system = await findDictionaries(folders);
    const own = ownLanguage(system, context.config.locale);
    const choices = table().choices();
    const isOn = (id: string, byItself: boolean) => choices.get(id) ?? byItself;
    return [
      { ...BUNDLED, isOn: isOn(BUNDLED.id, true) },
      ...system.map((one) => ({
        id: systemId(one),
        language: one.language,
        from: 'system' as const,
        isOn: isOn(systemId(one), one === own),
      })),
      ...table()
        .dictionaries()
        .map(({ id, language }) => ({ id, language, from: 'file' as const, isOn: isOn(id, true) })),
    ];
  }

  const words = () => ({ words: table().words() });

  return {
    'spelling.list': list,
    'spelling.setOn': async ({ id, isOn }) => {
      if (!(await list()).some((one) => one.id === id)) throw new MailError('not-found');
      table().choose(id, isOn);
      return list();
    },
    'spelling.addFile': async () => {
      const { paths } = await context.shell.request('pickFiles', {});
      // All are read before the first is kept.
      const read = await Promise.all(
        pickedDictionaries(paths).map(async (file) => ({ ...file, ...(await readDictionary(file)) })),
      );
      for (const { name, language, aff, dic } of read) {
        const id = `file:${name}`;
        table().addDictionary({ id, language: isTag(language) ? language : 'und', aff, dic });
        table().choose(id, true);
      }
      return list();
    },
    'spelling.load': async ({ id }) => {
      const stored = table().dictionary(id);
      if (stored) return { aff: stored.aff, dic: stored.dic };
      const found = (await findDictionaries(folders)).find((one) => systemId(one) === id);
      if (!found) throw new MailError('not-found');
      return readDictionary(found);
    },
    'spelling.words': words,
    'spelling.learn': ({ word, isKnown }) => {
      table().setKnown(word.trim().normalize('NFC'), isKnown);
      return words();
    },
  };
}

/** The one of the person's own language, when that is not the bundled one: its region's, else the first. */
function ownLanguage(system: readonly DictionaryFile[], locale: string): DictionaryFile | undefined {
  const [language = ''] = locale.split('-');
  if (language === BUNDLED.language) return undefined;
  return (
    system.find((one) => one.language.toLowerCase() === locale.toLowerCase()) ??
    system.find((one) => one.language.split('-')[0] === language)
  );
}

const isTag = (text: string): boolean => /^[a-z]{2,3}(?:-[A-Z]{2})?$/.test(text);
