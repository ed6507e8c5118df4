import { expect, it } from 'vitest';
import { checkDemo, sayItems } from '../../scripts/lib/check-installation.mjs';
import { checkName } from '../../src-shared/model/security-check.ts';

it('the built engine finds nothing wrong over a profile in which somebody has just signed in, and says each result in words', async () => {
  const lines = await sayItems(await checkDemo());
  expect(lines.map(({ name }) => name)).toEqual(checkName.options);
  expect(lines.filter(({ ok }) => ok === false)).toEqual([]);
  // Without Electron, without a package and without a list of known faults these have nothing to look at.
  expect(lines.filter(({ ok }) => ok === null).map(({ name }) => name)).toEqual([
    'electron',
    'dependencies',
    'program-signature',
  ]);
  for (const { title, detail } of lines) {
    expect(title).toMatch(/^[A-Z].{15,}$/);
    expect(detail).toMatch(/^\S.{15,}\.$/);
    expect(detail).not.toMatch(/[{}]|undefined/);
  }
});
