import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDictionaries } from '../../../../src-main/ipc/dictionary-files.ts';
import { createSpellingHandlers } from '../../../../src-main/ipc/spelling-handlers.ts';
import { openTestStore, temporaryFolder } from '../store/test-store.ts';
import { createTestShell } from './test-shell.ts';

const signal = new AbortController().signal;

function start(locale = 'en') {
  const { store } = openTestStore();
  const system = temporaryFolder();
  const picked = { paths: [] as string[] };
  const context = {
    config: { locale },
    rooms: () => ({ store }),
    shell: createTestShell({ pickFiles: () => picked }),
  };
  const put = (folder: string, name: string, words: string, set = 'UTF-8') => {
    const encoding = set === 'UTF-8' ? 'utf8' : 'latin1';
    writeFileSync(join(folder, `${name}.aff`), Buffer.from(`SET ${set}\n`, encoding));
    writeFileSync(join(folder, `${name}.dic`), Buffer.from(words, encoding));
  };
  return { store, system, picked, put, handle: createSpellingHandlers(context, [system, '/nowhere']) };
}

describe('dictionaries', () => {
  it('of the system are found by their names, and the one of the own language is used', async () => {
    const { system, put, handle } = start('de-AT');
    put(system, 'de_AT', '1\nJänner\n');
    put(system, 'de_DE_frami', '1\nJanuar\n');
    put(system, 'fr', '1\nmot\n');
    put(system, 'hyph de', '1\nx\n');
    writeFileSync(join(system, 'it.dic'), '1\nparola\n');
    mkdirSync(join(system, 'dict-es'));
    put(join(system, 'dict-es'), 'es', '1\npalabra\n');
    expect(await handle['spelling.list']({}, signal)).toEqual([
      { id: 'en', language: 'en', from: 'bundled', isOn: true },
      { id: 'system:de_AT', language: 'de-AT', from: 'system', isOn: true },
      { id: 'system:de_DE_frami', language: 'de-DE', from: 'system', isOn: false },
      { id: 'system:es', language: 'es', from: 'system', isOn: false },
      { id: 'system:fr', language: 'fr', from: 'system', isOn: false },
    ]);
    const changed = await handle['spelling.setOn']({ id: 'system:fr', isOn: true }, signal);
    expect(changed.find(({ id }) => id === 'system:fr')?.isOn).toBe(true);
    await expect(handle['spelling.setOn']({ id: 'system:xx', isOn: true }, signal)).rejects.toThrow(
      'not-found',
    );
  });

  it('come in their own character set, and never from elsewhere', async () => {
    const { system, put, handle } = start();
    put(system, 'de', '1\nGrüße\n', 'ISO8859-1');
    const { dic } = await handle['spelling.load']({ id: 'system:de' }, signal);
    expect(dic).toBe('1\nGrüße\n');
    for (const id of ['system:../de', 'system:/etc/passwd', 'file:de', '../../etc/passwd', 'en'])
      await expect(handle['spelling.load']({ id }, signal)).rejects.toThrow('not-found');
    put(system, 'xx', '1\nx\n', 'KLINGON-1');
    put(system, 'yy', 'no count\n');
    for (const id of ['system:xx', 'system:yy'])
      await expect(handle['spelling.load']({ id }, signal)).rejects.toThrow('dictionary-unreadable');
  });

  it('are regular files, not devices, and not endless', async () => {
    const { system, put, handle } = start();
    put(system, 'zz', '');
    writeFileSync(join(system, 'de.aff'), 'SET UTF-8\n');
    symlinkSync('/dev/zero', join(system, 'de.dic'));
    expect((await findDictionaries([system])).map(({ name }) => name)).toEqual(['de', 'zz']);
    await expect(handle['spelling.load']({ id: 'system:de' }, signal)).rejects.toThrow(
      'dictionary-unreadable',
    );
  });

  it('that the person picks are kept as copies; one file of the two is enough', async () => {
    const { picked, put, handle, store } = start();
    const folder = temporaryFolder();
    put(folder, 'nl_NL', '1\nfiets\n');
    picked.paths = [join(folder, 'nl_NL.dic')];
    expect(await handle['spelling.addFile']({}, signal)).toContainEqual({
      id: 'file:nl_NL',
      language: 'nl-NL',
      from: 'file',
      isOn: true,
    });
    expect(await handle['spelling.load']({ id: 'file:nl_NL' }, signal)).toEqual({
      aff: 'SET UTF-8\n',
      dic: '1\nfiets\n',
    });
    picked.paths = [join(folder, 'nl_NL.aff'), join(folder, 'letter.odt')];
    await expect(handle['spelling.addFile']({}, signal)).rejects.toThrow('dictionary-unreadable');
    expect(store.spelling.dictionaries()).toHaveLength(1);
  });

  it('learn words, and forget them', async () => {
    const { handle } = start();
    await handle['spelling.learn']({ word: ' imap ', isKnown: true }, signal);
    expect(await handle['spelling.words']({}, signal)).toEqual({ words: ['imap'] });
    expect(await handle['spelling.learn']({ word: 'imap', isKnown: false }, signal)).toEqual({ words: [] });
  });
});
