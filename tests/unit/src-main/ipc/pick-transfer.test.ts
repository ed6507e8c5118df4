import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { pickExportPath, pickMail } from '../../../../src-main/ipc/files.ts';
import type { ShellClient } from '../../../../src-main/ipc/shell-client.ts';

/** A desktop on which the person always picks the same. */
function desktop(answer: unknown) {
  const asked: [string, unknown][] = [];
  const request = (async (name: string, input: unknown) => {
    asked.push([name, input]);
    return answer;
  }) as ShellClient['request'];
  return { asked, request };
}

it('asks for files where mbox is to be brought in, for a folder otherwise', async () => {
  const shell = desktop({ paths: ['/a'] });
  expect(await pickMail(shell, 'mbox')).toEqual(['/a']);
  await pickMail(shell, 'eml');
  expect(shell.asked).toEqual([
    ['pickMail', { kind: 'files' }],
    ['pickMail', { kind: 'folder' }],
  ]);
});

it('names the file, or the folder inside the one that was picked, harmlessly after the mailbox', async () => {
  const file = desktop({ path: '/chosen.mbox' });
  expect(await pickExportPath(file, 'mbox', '../Ta|xes')).toBe('/chosen.mbox');
  expect(file.asked).toEqual([['pickSavePath', { suggestedName: 'Ta_xes.mbox' }]]);
  expect(await pickExportPath(desktop({ path: '/to' }), 'eml', 'Work')).toBe(join('/to', 'Work'));
  for (const name of ['.', '..', '...', '~', '', 'x/..', '../../x', 'a. .'])
    expect(dirname(String(await pickExportPath(desktop({ path: '/to' }), 'eml', name)))).toBe('/to');
  expect(await pickExportPath(desktop({}), 'eml', 'Work')).toBeUndefined();
  expect(await pickExportPath(desktop({}), 'mbox', 'Work')).toBeUndefined();
});
