import { describe, expect, it } from 'vitest';
import { isDisguisedLabel } from '../../../../src-shared/text/disguise.ts';

describe('a label whose letters pretend', () => {
  it.each([
    ['scripts are mixed', 'раypal'],
    ['all letters look like Latin ones', 'аррӏе'],
    ['all signs look like Latin ones, and none is a letter', '०௦'],
    ['a script is mixed that has no name here', 'paypaሀ'],
    ['scripts are mixed that no language writes together', 'почта例'],
    ['two Indian scripts are mixed', 'कক'],
    ['a long vowel passes for a hyphen', 'myーbank'],
  ])('is told when %s', (_title, label) => expect(isDisguisedLabel(label)).toBe(true));

  it.each([
    'bank-24',
    '2026',
    '',
    'bücher',
    'straße',
    'почта',
    'παράδειγμα',
    '例え',
    'コーヒー',
    'らーめんbar',
    '한국a',
    'ليهمابتكلموشعربي',
    '😀',
  ])('is not told of a name of its own: %s', (label) => expect(isDisguisedLabel(label)).toBe(false));
});
