import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkDependencies,
  checkElectron,
  checkSignature,
} from '../../../../src-main/checks/program-checks.ts';
import { temporaryFolder } from '../store/test-store.ts';

const app = (path: string) => join(import.meta.dirname, '../../../../app', path);

describe('the program', () => {
  const now = Date.parse('2026-11-22');

  it('is as old as the table of the release says', () => {
    const electron = (version: string | undefined, at = now) => {
      const { state, outcome } = checkElectron(app('support.json'), version, at);
      return `${state} ${outcome}`;
    };
    expect(electron('45.4.0')).toBe('good supported');
    expect(electron('45.4.0', Date.parse('2028-01-01'))).toBe('bad ended');
    expect(electron('33.2.1')).toBe('bad ended');
    expect(electron('99.0.0')).toBe('unknown unlisted');
    expect(electron(undefined)).toBe('unknown no-electron');
  });

  it('has libraries without known faults when a list that is not old says so', () => {
    const folder = temporaryFolder();
    const dependencies = (list: object) => {
      const path = join(folder, 'advisories.json');
      writeFileSync(path, JSON.stringify(list));
      return checkDependencies(path, now);
    };
    const list = { checkedAt: '2026-11-01', packages: 60, advisories: [] };
    expect(dependencies(list)).toMatchObject({ state: 'good', facts: { packages: 60 } });
    expect(dependencies({ ...list, checkedAt: '2026-01-01' })).toMatchObject({
      state: 'bad',
      outcome: 'old',
    });
    const advisories = [{ package: 'imapflow', id: 'GHSA-1' }];
    expect(dependencies({ ...list, advisories })).toMatchObject({
      state: 'bad',
      facts: { names: 'imapflow' },
    });
    expect(dependencies({})).toMatchObject({ state: 'unknown', outcome: 'no-list' });
    expect(checkDependencies(undefined, now)).toMatchObject({ state: 'unknown' });
  });

  it('has a signature that nobody can verify yet', () => {
    expect(checkSignature()).toMatchObject({ state: 'unknown' });
  });
});
