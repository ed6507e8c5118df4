import { expect, it } from 'vitest';
import { decodeWords } from '../../../../src-main/trust/encoded-words.ts';

it.each([
  ['=?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
  ['=?windows-1252?Q?=80_=93x=94?=', '€ “x”'],
  ['=?cp1251?b?z/Do4uXy?=', 'Привет'],
  ['=?iso-8859-16?q?=A4?=', '€'],
  ['=?utf-8?q?a?= =?utf-8?q?b?=', 'ab'],
  ['=?utf-8?q?a=0D=0Ab?=', 'a\ufffd\ufffdb'],
  ['=?x-none?q?a?=', '=?x-none?q?a?='],
])('reads %s as every part of the program does', (text, read) => {
  expect(decodeWords(text)).toBe(read);
});
