import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import {
  chooseScram,
  createScram,
  type ScramName,
  type ScramStart,
} from '../../../../src-main/sasl/scram.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');
const decode = (text: string) => Buffer.from(text, 'base64').toString();
const start = (more: Partial<ScramStart> = {}): ScramStart => ({
  offered: new Set(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN']),
  user: 'user',
  password: 'pencil',
  host: 'imap.lab.test',
  binding: undefined,
  ...more,
});
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) =>
      error instanceof MailError ? `${error.code} ${error.detail?.problem ?? ''}`.trim() : error,
  );

/** RFC 5802 §5 and RFC 7677 §3, word for word. */
const VECTORS: [ScramName, string, string, string, string][] = [
  [
    'SCRAM-SHA-1',
    'fyko+d2lbbFgONRv9qkxdawL',
    'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  ],
  [
    'SCRAM-SHA-256',
    'rOprNGfwEbeRWgbNEkqO',
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  ],
];
const [, nonce, serverFirst, , serverFinal] = VECTORS[1] ?? (['', '', '', '', ''] as const);

describe('SCRAM', () => {
  it.each(VECTORS)('speaks %s as its RFC does', async (name, clientNonce, first, final, last) => {
    const scram = createScram(name, start(), clientNonce);
    expect(decode(scram.first)).toBe(`n,,n=user,r=${clientNonce}`);
    expect(scram.hasGivenProof()).toBe(false);
    expect(decode(await scram.next(encode(first)))).toBe(final);
    expect([scram.hasGivenProof(), scram.isProved()]).toEqual([true, false]);
    expect(await scram.next(encode(last))).toBe('');
    expect(scram.isProved()).toBe(true);
  });

  it('believes no server that cannot sign', async () => {
    for (const last of [
      `v=${encode('x'.repeat(32))}`,
      'v=',
      'v=%%%',
      'hello',
      '',
      serverFinal.slice(0, -4),
    ]) {
      const scram = createScram('SCRAM-SHA-256', start(), nonce);
      await scram.next(encode(serverFirst));
      expect(await failureOf(scram.next(encode(last)))).toBe('server-unproven signature');
      expect(scram.isProved()).toBe(false);
    }
  });

  it('tells a wrong password from a server that found somebody between', async () => {
    const cases = [
      ['e=invalid-proof', 'password-refused'],
      ['e=channel-bindings-dont-match', 'server-unproven binding'],
      ['e=server-does-support-channel-binding', 'server-unproven binding'],
      ['e=unsupported-channel-binding-type', 'server-unproven binding-type'],
    ] as const;
    for (const [last, expected] of cases) {
      const scram = createScram('SCRAM-SHA-256', start(), nonce);
      await scram.next(encode(serverFirst));
      expect(await failureOf(scram.next(encode(last)))).toBe(expected);
    }
  });

  it.each([
    ['a nonce of its own', 'r=other,s=QSXCR+Q6sek8bf92,i=4096', 'nonce'],
    ['our nonce and nothing of its own', `r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`, 'nonce'],
    ['no salt', `r=${nonce}x,s=,i=4096`, 'salt'],
    ['a salt that is none', `r=${nonce}x,s=%%,i=4096`, 'salt'],
    ['too few rounds', `r=${nonce}x,s=QSXCR+Q6sek8bf92,i=4095`, 'iterations'],
    ['one round', `r=${nonce}x,s=QSXCR+Q6sek8bf92,i=1`, 'iterations'],
    ['rounds without end', `r=${nonce}x,s=QSXCR+Q6sek8bf92,i=2000000000`, 'iterations'],
    ['rounds that are no number', `r=${nonce}x,s=QSXCR+Q6sek8bf92,i=4096e3`, 'iterations'],
    ['no rounds', `r=${nonce}x,s=QSXCR+Q6sek8bf92`, 'iterations'],
    ['an extension that must be understood', `m=x,r=${nonce}x,s=QSXCR+Q6sek8bf92,i=4096`, 'extension'],
    ['nothing', '', 'nonce'],
    ['a megabyte', `r=${nonce}${'x'.repeat(1_000_000)},s=QSXCR+Q6sek8bf92,i=4096`, 'message'],
  ])('proves nothing to a server that sends %s', async (_, message, problem) => {
    const scram = createScram('SCRAM-SHA-256', start(), nonce);
    expect(await failureOf(scram.next(encode(message)))).toBe(`server-unproven ${problem}`);
    expect(scram.hasGivenProof()).toBe(false);
  });

  it('takes no challenge that is not base64, and none after the last', async () => {
    const scram = createScram('SCRAM-SHA-256', start(), nonce);
    expect(await failureOf(scram.next('!!!'))).toBe('server-unproven message');
    await scram.next(encode(serverFirst));
    await scram.next(encode(serverFinal));
    expect(await failureOf(scram.next(encode(serverFinal)))).toBe('server-unproven message');
  });

  it('writes names so that they cannot become fields', () => {
    const scram = createScram('SCRAM-SHA-256', start({ user: 'a,n=b=c' }), 'x');
    expect(decode(scram.first)).toBe('n,,n=a=2Cn=3Db=3Dc,r=x');
  });

  it('makes a new nonce each time', () => {
    const made = Array.from({ length: 100 }, () => createScram('SCRAM-SHA-256', start()).first);
    expect(new Set(made).size).toBe(100);
  });

  it('binds the proof to the TLS connection, and says so when the server no longer offers that', async () => {
    const binding = Buffer.from('what only the two ends know');
    const offered = new Set(['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS']);
    const bound = createScram('SCRAM-SHA-256-PLUS', start({ binding, offered }), 'x');
    expect(decode(bound.first)).toBe('p=tls-exporter,,n=user,r=x');
    const first = 'r=xy,s=QSXCR+Q6sek8bf92,i=4096';
    const final = decode(await bound.next(encode(first)));
    const channel = Buffer.concat([Buffer.from('p=tls-exporter,,'), binding]).toString('base64');
    expect(final.startsWith(`c=${channel},r=xy,p=`)).toBe(true);
    expect(await bound.next(encode(`v=${signature(`n=user,r=x,${first},c=${channel},r=xy`)}`))).toBe('');

    expect(decode(createScram('SCRAM-SHA-256', start({ binding }), 'x').first)).toBe('y,,n=user,r=x');
    const withoutOurs = createScram('SCRAM-SHA-256', start({ binding: undefined, offered }), 'x');
    expect(decode(withoutOurs.first)).toBe('n,,n=user,r=x');
  });
});

/** The server's signature for "pencil" under the salt above, computed in another way than the room does. */
function signature(authMessage: string): string {
  const salted = pbkdf2Sync('pencil', Buffer.from('QSXCR+Q6sek8bf92', 'base64'), 4_096, 32, 'sha256');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest();
  expect(createHash('sha256').update(serverKey).digest()).toHaveLength(32);
  return createHmac('sha256', serverKey).update(authMessage).digest('base64');
}

describe('chooseScram', () => {
  const all = new Set(['SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS', 'PLAIN']);
  const binding = Buffer.from('b');

  it('takes the best that is offered, bound to TLS where that can be had', () => {
    expect(chooseScram(start({ offered: all, binding }))).toBe('SCRAM-SHA-256-PLUS');
    expect(chooseScram(start({ offered: all }))).toBe('SCRAM-SHA-256');
    expect(chooseScram(start({ offered: new Set(['SCRAM-SHA-1', 'PLAIN']) }))).toBe('SCRAM-SHA-1');
    expect(chooseScram(start({ offered: new Set(['PLAIN', 'LOGIN', 'SCRAM-SHA-512']) }))).toBeUndefined();
  });

  it.each(['', '\u00ad', 'bell\u0007', 'line\nbreak', 'private \ue000', 'abc\u0627'])(
    'leaves a password alone that both ends would not write alike: %j',
    (password) => expect(chooseScram(start({ password }))).toBeUndefined(),
  );

  it('writes the others alike (RFC 4013 §3)', () => {
    // Each proof is that of "IX", "a", "user" and "pass word".
    const pairs = [
      ['I\u00adX', 'IX'],
      ['\u00aa', 'a'],
      ['\u2168', 'IX'],
      ['pass\u00a0word', 'pass word'],
      ['e\u0301', '\u00e9'],
    ] as const;
    return Promise.all(
      pairs.map(async ([typed, prepared]) => {
        const proofs = [typed, prepared].map((password) =>
          createScram('SCRAM-SHA-256', start({ password }), nonce).next(encode(serverFirst)),
        );
        const [one, other] = await Promise.all(proofs);
        expect(one).toBe(other);
      }),
    );
  });
});
