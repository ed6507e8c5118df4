import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { activityFinding, activityGroup, auditKind, KINDS_OF } from '../../../src-shared/model/activity.ts';
import { checkName } from '../../../src-shared/model/security-check.ts';

const read = (name: string): Record<string, string> =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../../app/locales/${name}.json`), 'utf8'));
const checks = read('en-check');
const activity = read('en-activity');

describe('the words of Activity', () => {
  it('are there for each kind, group and finding', () => {
    const wanted = [
      ...auditKind.options.map((kind) => `activity.${kind}`),
      ...activityGroup.options.map((group) => `activity.group.${group}`),
      ...activityFinding.shape.kind.options.map((kind) => `finding.${kind}`),
    ];
    expect(Object.keys(activity).sort()).toEqual(wanted.sort());
  });

  it('find each kind under a name of the filter', () => {
    const found = new Set(Object.values(KINDS_OF).flat());
    expect([...found].sort()).toEqual([...auditKind.options].sort());
  });
});

describe('the words of the Security check', () => {
  it('are there for each check, and of no other', () => {
    expect(new Set(Object.keys(checks).map((key) => key.split('.')[1]))).toEqual(new Set(checkName.options));
    for (const name of checkName.options) expect(Object.keys(checks)).toContain(`check.${name}.title`);
  });

  it('are there for each outcome that the sources name', () => {
    const named = [
      'broken',
      ...[
        'sign-in-checks',
        'keychain-check',
        'store-check',
        'secret-search',
        'server-checks',
        'scopes-check',
        'program-checks',
      ]
        .map((file) => readFileSync(join(import.meta.dirname, `../../../src-main/checks/${file}.ts`), 'utf8'))
        .flatMap((text) =>
          [...text.matchAll(/(?:'(?:good|bad|unknown)', '|outcome: ')([a-z-]+)'/g)].map(([, one]) => one),
        ),
    ];
    const known = new Set(Object.keys(checks).map((key) => key.split('.')[2]));
    for (const outcome of named) expect(known).toContain(outcome);
  });
});
