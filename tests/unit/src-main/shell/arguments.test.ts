import { expect, it } from 'vitest';
import { readArguments } from '../../../../src-main/shell/arguments.ts';

it('reads an address and a locale', () => {
  expect(readArguments(['electron', 'app', '--address=maya@lindgard.example', '--locale=en-XA'])).toEqual({
    address: 'maya@lindgard.example',
    locale: 'en-XA',
  });
});

it('ignores what it does not know and what has the wrong form', () => {
  expect(
    readArguments([`--address=${'a'.repeat(300)}`, '--locale=../../etc', '--mail=x', 'file:///etc/passwd']),
  ).toEqual({
    address: undefined,
    locale: undefined,
  });
});
