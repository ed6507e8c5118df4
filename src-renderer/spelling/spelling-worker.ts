/** The worker in which words are judged. It holds the English dictionary, so that nothing of it is loaded before somebody writes. */
import englishAff from '../../node_modules/dictionary-en/index.aff?raw';
import englishDic from '../../node_modules/dictionary-en/index.dic?raw';
import { createSpellEngine } from './spell-engine.ts';
import type { SpellAnswer, SpellRequest } from './spell-wire.ts';

const engine = createSpellEngine();

self.addEventListener('message', (event: MessageEvent<SpellRequest>) => {
  const answer: SpellAnswer = { id: event.data.id, words: answerTo(event.data) };
  self.postMessage(answer);
});

function answerTo(request: SpellRequest): string[] {
  switch (request.kind) {
    case 'add':
      try {
        engine.add(request.dictionary ?? { aff: englishAff, dic: englishDic });
      } catch {
        // A dictionary that cannot be read knows no words; the others go on.
      }
      return [];
    case 'learned':
      engine.setLearned(request.words);
      return [];
    case 'check':
      return engine.misspelled(request.words);
    case 'suggest':
      return engine.suggest(request.word);
  }
}
