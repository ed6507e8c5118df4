import { describe, expect, it } from 'vitest';
import { readArguments, readWanted } from '../../../../src-main/shell/arguments.ts';
import { fileList } from '../../../../src-main/shell/file-list.ts';

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

describe('what another program wants written', () => {
  it('is a mailto: link, wherever it stands among the arguments', () => {
    const argv = [
      'latchkey',
      '--no-sandbox',
      'MAILTO:bob@example.org?subject=a',
      'mailto:second@example.org',
    ];
    expect(readWanted(argv, '/')).toEqual({ mailto: 'MAILTO:bob@example.org?subject=a', attach: [] });
    for (const other of ['http://mailto:x', ' mailto:x', 'file:///x', `mailto:${'a'.repeat(100_000)}`])
      expect(readWanted(['latchkey', other], '/').mailto).toBeUndefined();
  });

  it('is files to attach, from where that program was; each once, and no more than can be shown', () => {
    const argv = [
      '--attach=a.txt',
      '--attach=/b',
      '--attach=./a.txt',
      '--attach=',
      '--attach',
      'c',
      '--attach=d\0e',
    ];
    expect(readWanted(argv, '/home/ada')).toEqual({ mailto: undefined, attach: ['/home/ada/a.txt', '/b'] });
    const many = Array.from({ length: 50 }, (_, n) => `--attach=/f${n}`);
    expect(readWanted(many, '/').attach).toHaveLength(20);
  });

  it('is never both: a link that was torn into several arguments brings no files', () => {
    const argv = [
      'latchkey.exe',
      '--attach=C:\\secret.txt',
      'mailto:bob@example.org',
      '--attach=/etc/passwd',
    ];
    expect(readWanted(argv, '/')).toEqual({ mailto: 'mailto:bob@example.org', attach: [] });
  });
});

it('the names of files cannot hide what they are', () => {
  expect(fileList(['/home/ada/a\nb', '/x/\u202egpj.exe'])).toBe('• /home/ada/a\ufffdb\n• /x/\ufffdgpj.exe');
});
