import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createProviderList } from '../../../../src-main/autoconfig/provider-list.ts';
import { findProvider, loadProviders } from '../../../../src-main/autoconfig/providers.ts';
import { createLog } from '../../../../src-main/base/log.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const shipped = loadProviders({ builtIn: join(root, 'app/providers.json') });
const NOW = Date.parse('2026-11-22T12:00:00Z');
const fastmail = shipped.find(({ id }) => id === 'fastmail');
if (!fastmail) throw new Error('no preset');
const moved = { ...fastmail, imap: { ...fastmail.imap, host: 'imap.moved.example' } };

const newKeys = () => generateKeyPairSync('ed25519');
const raw = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
const keys = newKeys();

function signed(notice: object, privateKey: KeyObject = keys.privateKey): string {
  const payload = Buffer.from(JSON.stringify({ version: 1, issuedAt: '2026-11-01T00:00:00Z', ...notice }));
  const signature = sign(null, payload, privateKey).toString('base64');
  return JSON.stringify({ payload: payload.toString('base64'), signature });
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'notice-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function open(directory = folder(), publicKey: string | undefined = raw(keys.publicKey), time = NOW) {
  const lines: string[] = [];
  const clock = { now: () => time };
  const list = createProviderList({
    shipped,
    directory,
    publicKey,
    clock,
    log: createLog((line) => lines.push(line)),
  });
  const host = () => findProvider(list.providers, 'a@fastmail.com')?.imap.host;
  const load = (text: string, newest?: number) => list.load(text, { isKept: true, newest });
  return { list, directory, lines, host, load };
}

it('replaces presets at once for everybody who holds the list, and again after a start', () => {
  const { list, load, host, directory } = open();
  const { providers } = list;
  const added = { ...moved, id: 'new', name: 'New', domains: ['new.example'] };
  load(signed({ providers: [moved, added], advisories: [{ text: 'Fastmail moved.' }] }));
  expect(host()).toBe('imap.moved.example');
  expect(providers).toHaveLength(shipped.length + 1);
  expect(list.providers).toBe(providers);
  expect(findProvider(providers, 'a@new.example')?.id).toBe('new');
  expect(statSync(join(directory, 'notice.json')).mode & 0o777).toBe(0o600);
  const again = open(directory);
  expect(again.host()).toBe('imap.moved.example');
  expect(again.list.notice()?.advisories).toEqual([{ text: 'Fastmail moved.' }]);
  again.list.forget();
  expect(again.list.providers).toEqual(shipped);
  expect(existsSync(join(directory, 'notice.json'))).toBe(false);
});

it('takes a client ID out of use', () => {
  const oauth = { ...fastmail.oauth, clientId: 'broken-client' };
  const { list, load } = open();
  load(signed({ providers: [{ ...fastmail, oauth }], disabledClientIds: ['broken-client'] }));
  expect(list.providers.find(({ id }) => id === 'fastmail')?.oauth?.clientId).toBe('');
});

it('refuses what is not signed by the key of the build, to the last bit, and keeps what was in use', () => {
  const { load, host, directory } = open();
  load(signed({ providers: [moved] }));
  const kept = readFileSync(join(directory, 'notice.json'), 'utf8');
  const evil = { providers: [{ ...moved, imap: { ...moved.imap, host: 'imap.evil.example' } }] };
  const good = JSON.parse(signed(evil)) as { payload: string; signature: string };
  const bytes = Buffer.from(good.payload, 'base64');
  const flipped = (at: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy.toString('base64');
  };
  const forged = [
    signed(evil, newKeys().privateKey),
    ...Array.from({ length: 20 }, (_, n) => ({ ...good, payload: flipped(n * 7) })),
    { ...good, payload: bytes.subarray(0, -1).toString('base64') },
    { ...good, payload: Buffer.concat([bytes, Buffer.from(' ')]).toString('base64') },
    { ...good, signature: '' },
    { ...good, signature: Buffer.alloc(64).toString('base64') },
    { ...good, signature: good.signature.slice(0, 40) },
    { ...good, more: 1 },
    { payload: good.payload },
    '',
    '[]',
    'null',
    JSON.stringify(evil),
  ];
  for (const one of forged) {
    const text = typeof one === 'string' ? one : JSON.stringify(one);
    expect(() => load(text)).toThrow('notice-forged');
  }
  expect(host()).toBe('imap.moved.example');
  expect(readFileSync(join(directory, 'notice.json'), 'utf8')).toBe(kept);
});

it('refuses everything in a build that has no key', () => {
  for (const key of [undefined, '', 'AAAA', Buffer.alloc(31).toString('base64')]) {
    const { load, host } = open(folder(), key ?? '');
    expect(() => load(signed({ providers: [moved] }))).toThrow('notice-forged');
    expect(host()).toBe(fastmail.imap.host);
  }
});

it('refuses well signed ones that would lower TLS, or are of no known form', () => {
  const { load, host } = open();
  const oauth = { ...fastmail.oauth, issuer: 'http://127.0.0.1:8080' };
  for (const notice of [
    { providers: [{ ...moved, imap: { ...moved.imap, security: 'none' } }] },
    { providers: [{ ...moved, oauth }] },
    { providers: [{ ...moved, script: 'x' }] },
    { advisories: [{ text: 'x', url: 'javascript:alert(1)' }] },
    { version: 2 },
    { issuedAt: 'yesterday' },
    { unknown: true },
  ]) {
    expect(() => load(signed(notice))).toThrow('notice-forged');
  }
  expect(host()).toBe(fastmail.imap.host);
});

it('refuses one that has expired, or is older than the newest that was ever used', () => {
  const { load, list, directory } = open();
  const expired = signed({ expiresAt: '2026-11-22T11:59:59Z' });
  expect(() => load(expired)).toThrow(expect.objectContaining({ detail: { because: 'expired' } }));
  const newest = load(
    signed({ issuedAt: '2026-11-10T00:00:00Z', expiresAt: '2027-01-01T00:00:00Z' }),
  ).issuedAt;
  const older = signed({ issuedAt: '2026-11-09T23:59:59Z', providers: [moved] });
  expect(() => load(older)).toThrow(expect.objectContaining({ detail: { because: 'older' } }));
  // Also when the file of the newest was taken away, or an older one was put in its place.
  list.forget();
  expect(() => load(older, newest)).toThrow(expect.objectContaining({ detail: { because: 'older' } }));
  writeFileSync(join(directory, 'notice.json'), older);
  const again = open(directory);
  expect(again.host()).toBe('imap.moved.example');
  again.list.refuseOlderThan(newest);
  expect(again.host()).toBe(fastmail.imap.host);
  expect(again.lines.join()).toContain('notice not used');
  load(signed({ issuedAt: '2026-11-11T00:00:00Z', expiresAt: '2027-01-01T00:00:00Z', providers: [moved] }));
  const later = (day: string) => open(directory, raw(keys.publicKey), Date.parse(day)).host();
  expect(later('2026-12-31T23:59:59Z')).toBe('imap.moved.example');
  expect(later('2027-01-01T00:00:00Z')).toBe(fastmail.imap.host);
});

it('ignores a kept file that was changed, and says so in the log', () => {
  const { load, directory } = open();
  load(signed({ providers: [moved] }));
  const file = join(directory, 'notice.json');
  const { payload, signature } = JSON.parse(readFileSync(file, 'utf8')) as {
    payload: string;
    signature: string;
  };
  const text = Buffer.from(payload, 'base64').toString().replace('imap.moved.example', 'imap.moved.exampl3');
  writeFileSync(file, JSON.stringify({ payload: Buffer.from(text).toString('base64'), signature }));
  const again = open(directory);
  expect(again.host()).toBe(fastmail.imap.host);
  expect(again.lines.join()).toContain('notice not used');
});

it('is made by the script, whose private key only its owner can read and no repository can hold', () => {
  const directory = folder();
  const script = join(root, 'scripts/sign-notice.mjs');
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [script, ...args], { encoding: 'utf8', stdio: 'pipe' });
  const key = join(directory, 'key.pem');
  const publicKey = /build: (\S+)/.exec(run('keys', key))?.[1] ?? '';
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(() => run('keys', key)).toThrow();
  expect(() => run('keys', join(root, 'build/key.pem'))).toThrow();
  expect(existsSync(join(root, 'build/key.pem'))).toBe(false);
  const notice = join(directory, 'notice-to-sign.json');
  writeFileSync(notice, JSON.stringify({ version: 1, issuedAt: '2026-11-01T00:00:00Z', providers: [moved] }));
  run('sign', notice, key, join(directory, 'signed.json'));
  const { load, host } = open(folder(), publicKey);
  load(readFileSync(join(directory, 'signed.json'), 'utf8'));
  expect(host()).toBe('imap.moved.example');
});
