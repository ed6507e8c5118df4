import { describe, expect, it } from 'vitest';
import { facePersonOf, participantsText } from '../../../../../src-renderer/screens/inbox/row-words.ts';

const words = {
  you: 'you',
  youAlone: 'You',
  unknown: 'Unknown sender',
  to: (names: string) => `To ${names}`,
};
const own = new Set(['me@x.example']);
const person = (name: string, address = `${name.toLowerCase().replace(/ /g, '.')}@x.example`) => ({
  name,
  address,
});
const me = person('Maya', 'Me@x.example');

describe('the people of a row', () => {
  it('are the first in full, others by given name, oneself last', () => {
    expect(participantsText([me, person('Inês Carvalho'), person('Jonas Brandt')], [], own, words)).toBe(
      'Inês Carvalho, Jonas, you',
    );
  });

  it('are "You" in a thread with oneself and unknown in one with nobody', () => {
    expect(participantsText([me], [me], own, words)).toBe('You');
    expect(participantsText([], [], own, words)).toBe('Unknown sender');
  });

  it('are those whom it went to when only oneself has written', () => {
    expect(participantsText([me], [person('Inês Carvalho'), me, person('Jonas Brandt')], own, words)).toBe(
      'To Inês Carvalho, Jonas',
    );
  });

  it('do not grow without end', () => {
    const crowd = Array.from({ length: 400 }, (_, index) => person(`P${index} X`));
    expect(participantsText(crowd, [], own, words)).toBe('P0 X, P1, P2, P3, …');
  });

  it('cannot pass a name off as an address', () => {
    expect(participantsText([person('boss@bank.example', 'x@evil.example')], [], own, words)).toBe(
      'x@evil.example',
    );
  });

  it('lend the row the face of somebody else first', () => {
    expect(facePersonOf([me, person('Jonas')], [], own).name).toBe('Jonas');
    expect(facePersonOf([me], [person('Inês')], own).name).toBe('Inês');
    expect(facePersonOf([me], [me], own)).toBe(me);
  });
});
