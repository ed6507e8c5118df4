import { expect, it } from 'vitest';
import { keychainServiceOf as ofScripts } from '../../../../scripts/lib/keychain-service.mjs';
import { keychainServiceOf } from '../../../../src-main/shell/keychain-service.ts';

const USUAL = '/home/maya/.config/Latchkey Mail';

it('gives the usual profile the plain name, and each other one a name of its own', () => {
  expect(keychainServiceOf(`${USUAL}/`, USUAL)).toBe('Latchkey Mail');
  const [one, other] = ['/tmp/a', '/tmp/b'].map((profile) => keychainServiceOf(profile, USUAL));
  expect(one).toMatch(/^Latchkey Mail [0-9a-f]{12}$/);
  expect(one).not.toBe(other);
});

it('is the name that the scripts know', () => {
  for (const profile of ['/tmp/lk-demo-1/profile', '/tmp/x/../y/', 'relative']) {
    expect(ofScripts(profile)).toBe(keychainServiceOf(profile, USUAL));
  }
});
