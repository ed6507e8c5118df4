import { expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createLog, errorFacts } from '../../../../src-main/base/log.ts';

function logged(run: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  run(
    createLog(
      (line) => lines.push(line),
      () => 0,
    ),
  );
  return lines.join('\n');
}

it('cuts values whose name says that they are secret', () => {
  const line = logged((log) => log.info('x', { accessToken: 'abc', password: 'pw', host: 'mail.example' }));
  expect(line).not.toMatch(/abc|pw"/);
  expect(line).toContain('mail.example');
});

it('cuts what looks like a secret in a text', () => {
  const line = logged((log) =>
    log.warn('x', {
      text: 'GET /cb?code=s3cr3tcode&state=st4te AUTH Bearer ya29.a0AfH6SMBx and kJ8sd7fG6hJ5kL4mN3bV2cX1zQ0wE9rT8y',
    }),
  );
  expect(line).not.toMatch(/s3cr3tcode|st4te|ya29|kJ8sd7/);
});

it('names an error by its codes, not by its words', () => {
  const cause = Object.assign(new Error('A1 NO token ya29 refused'), { code: 'ECONNRESET' });
  const line = logged((log) => log.warn('x', errorFacts(new MailError('connection-lost', { cause }))));
  expect(line).toContain('ECONNRESET');
  expect(line).not.toContain('ya29');
  expect(logged((log) => log.warn('x', errorFacts(cause)))).not.toContain('ya29');
});

it('keeps the words of an error out of the place where it happened', () => {
  const words = 'Dear Maya,\nmeet me at noon\nyours';
  const facts = JSON.stringify(errorFacts(new TypeError(words)));
  expect(facts).not.toMatch(/noon|Maya|yours/);
  expect(facts).toContain('log.test.ts');
});
