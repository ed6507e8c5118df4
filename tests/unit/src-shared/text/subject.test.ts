import { expect, it } from 'vitest';
import { baseSubject, forwardSubject, replySubject } from '../../../../src-shared/text/subject.ts';

it.each([
  ['Re: Proofs', 'Proofs'],
  ['RE: AW: Re[2]: Proofs', 'Proofs'],
  ['Fwd: SV:  Proofs  for   spring', 'Proofs for spring'],
  ['回复：会议', '会议'],
  ['Reading list', 'Reading list'],
  ['', ''],
])('takes reply and forward prefixes off %j', (subject, base) => expect(baseSubject(subject)).toBe(base));

it('puts one prefix on an answer, however many stood there', () => {
  expect(replySubject('Re: AW: Proofs')).toBe('Re: Proofs');
  expect(forwardSubject('Re: Proofs')).toBe('Fwd: Proofs');
});
