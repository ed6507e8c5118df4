import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSpellEngine } from '../../../../src-renderer/spelling/spell-engine.ts';

const read = (name: string) =>
  readFileSync(new URL(`../../../../node_modules/dictionary-en/index.${name}`, import.meta.url), 'utf8');

const russian = { aff: 'SET UTF-8\nTRY слово\n', dic: '2\nслово\nмир\n' };

describe('the engine of the spelling', () => {
  const engine = createSpellEngine();
  engine.add({ aff: read('aff'), dic: read('dic') });

  it('knows English words, at the beginning of a sentence too', () => {
    expect(engine.misspelled(['received', 'recieved', 'The', "don't", 'Latchkeyy'])).toEqual([
      'recieved',
      'Latchkeyy',
    ]);
  });

  it('says what may be meant', () => {
    expect(engine.suggest('recieved')).toContain('received');
    expect(engine.suggest('recieved').length).toBeLessThanOrEqual(8);
  });

  it('knows what it was taught, until it forgets it', () => {
    engine.setLearned(['imapflow']);
    expect(engine.misspelled(['imapflow', 'Imapflow'])).toEqual([]);
    engine.setLearned([]);
    expect(engine.misspelled(['imapflow'])).toEqual(['imapflow']);
  });

  it('does not judge words of a script that no dictionary is about', () => {
    expect(engine.misspelled(['слово', 'λέξη'])).toEqual([]);
  });

  it('takes a word for right when one of the dictionaries knows it', () => {
    const both = createSpellEngine();
    both.add({ aff: 'SET UTF-8\n', dic: '1\nword\n' });
    both.add(russian);
    both.add({ aff: 'SET UTF-8\n', dic: '1\nWort\n' });
    expect(both.misspelled(['word', 'Wort', 'wrod', 'слово', 'слво'])).toEqual(['wrod', 'слво']);
  });
});
