import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOtherProgram } from '../../../../src-main/accounts/other-programs.ts';
import { loadProviders } from '../../../../src-main/autoconfig/providers.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const file = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const fixtures = file('tests/fixtures/other-programs');
const providers = loadProviders({ builtIn: file('app/providers.json') });
const PROFILE = join(fixtures, 'thunderbird', 'abcd1234.default-release');

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'lk-other-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
/** A profile with these lines, or an export with this text. */
function written(name: 'prefs.js' | 'settings.k9s', text: string): string {
  const parent = folder();
  writeFileSync(join(parent, name), text);
  return name === 'prefs.js' ? parent : join(parent, name);
}
const read = (program: 'thunderbird' | 'k9', path: string) => readOtherProgram(program, path, providers);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

const VEREIN = {
  address: 'maya@verein.example',
  userName: 'maya',
  smtpUserName: 'maya-smtp',
  smtp: { host: 'smtp.verein.example', port: 587, security: 'starttls' },
  auth: 'password',
};
const GMAIL = {
  address: 'maya.lind@gmail.com',
  userName: 'maya.lind@gmail.com',
  smtpUserName: 'maya.lind@gmail.com',
  imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
  smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
  auth: 'oauth',
  providerId: 'google',
};
/** It had no TLS: it is offered with it. */
const OLD = {
  address: 'maya@old.example',
  displayName: '',
  imap: { host: 'imap.old.example', port: 993, security: 'tls' },
  smtp: { host: 'smtp.old.example', port: 465, security: 'tls' },
  auth: 'password',
};

describe("Thunderbird's accounts", () => {
  it('are those by IMAP, without any secret, and with TLS', async () => {
    const accounts = await read('thunderbird', PROFILE);
    expect(accounts).toEqual([
      { ...GMAIL, displayName: 'Maya "M" Lind' },
      {
        ...VEREIN,
        displayName: 'Maya Grün',
        imap: { host: 'mail.verein.example', port: 143, security: 'starttls' },
      },
      { ...OLD, userName: 'maya@old.example', smtpUserName: 'maya@old.example' },
    ]);
    expect(JSON.stringify(accounts)).not.toContain('NEVER');
  });

  it('are found from the folder of all profiles too', async () => {
    expect(await read('thunderbird', join(fixtures, 'thunderbird'))).toHaveLength(3);
    const parent = folder();
    mkdirSync(join(parent, 'Profiles', 'x.default'), { recursive: true });
    writeFileSync(join(parent, 'Profiles', 'x.default', 'prefs.js'), prefs({ useremail: 'a@lab.test' }));
    expect(await read('thunderbird', parent)).toHaveLength(1);
  });

  it.each([
    ['an empty folder', () => folder()],
    ['a folder that is not there', () => join(folder(), 'gone')],
    ['a file instead of a folder', () => join(PROFILE, 'prefs.js')],
    ['an empty file', () => written('prefs.js', '')],
    ['a program', () => written('prefs.js', 'require("fs").writeFileSync("/tmp/x", ""); user_pref(1, 2);')],
    ['a hundred megabytes', () => sized('prefs.js', 100_000_000)],
  ])('are not in %s', async (_, path) => {
    expect(await codeOf(read('thunderbird', path()))).toBe('settings-unreadable');
  });

  it('are read from lines of one form only: nothing is run', async () => {
    const path = written(
      'prefs.js',
      [
        prefs({ useremail: 'a@lab.test' }),
        'user_pref("mail.identity.id1.fullName", (() => "run")());',
        'user_pref("mail.identity.id1.fullName", "one"); user_pref("mail.identity.id1.fullName", "two");',
        'globalThis.isRun = true;',
        '/* user_pref("mail.identity.id1.fullName", "comment"); */',
      ].join('\n'),
    );
    expect(await read('thunderbird', path)).toMatchObject([{ address: 'a@lab.test', displayName: '' }]);
    expect('isRun' in globalThis).toBe(false);
  });

  it.each([
    [{ useremail: 'a@lab.test\\r\\nBcc: eve@evil.test' }, []],
    [{ useremail: 'nobody' }, []],
    [{ hostname: 'imap.lab.test\\nevil' }, []],
    [{ hostname: 'imap.lab.test/../x' }, []],
    [{ hostname: '' }, []],
    [{ port: '70000' }, []],
    [{ userName: 'a\\u0000b' }, []],
    [
      { fullName: 'Maya\\r\\nBcc: eve@evil.test \\u202egnp' },
      [{ displayName: 'Maya Bcc: eve@evil.test gnp' }],
    ],
    [{ fullName: 'x'.repeat(5_000) }, [{ displayName: 'x'.repeat(200) }]],
  ])(
    'that could not be accounts are left out, and what is shown is one line: %j',
    async (change, expected) => {
      const accounts = await read('thunderbird', written('prefs.js', prefs(change)));
      expect(accounts).toHaveLength(expected.length);
      expect(accounts).toMatchObject(expected);
    },
  );

  it('are a hundred at most, and quickly', async () => {
    const names = Array.from({ length: 5_000 }, (_, index) => String(index));
    const lines = names.map((name) => prefs({ useremail: `a${name}@lab.test` }, name)).join('\n');
    const list = `user_pref("mail.accountmanager.accounts", "${names.slice(0, 900).map((one) => `account${one}`)}");`;
    const spent = startCounting();
    const path = written('prefs.js', `${lines}\n${list}`);
    expect(await read('thunderbird', path)).toHaveLength(100);
    expect(spent()).toBeLessThan(5_000);
  });
});

describe("K-9's accounts", () => {
  it('are those by IMAP, without any secret, and with TLS', async () => {
    const accounts = await read('k9', join(fixtures, 'settings.k9s'));
    expect(accounts).toEqual([
      {
        ...VEREIN,
        displayName: 'Maya & Lind',
        imap: { host: 'mail.verein.example', port: 993, security: 'tls' },
      },
      { ...GMAIL, displayName: 'Maya' },
      { ...OLD, userName: 'maya', smtpUserName: 'maya' },
    ]);
    expect(JSON.stringify(accounts)).not.toMatch(/NEVER|evil|other@/);
  });

  it.each([
    ['a document type', '<!DOCTYPE k9settings SYSTEM "file:///etc/passwd"><k9settings/>'],
    [
      'entities that grow',
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><k9settings>&b;</k9settings>',
    ],
    ['an entity that is not known', '<k9settings><accounts>&evil;</accounts></k9settings>'],
    ['another document', '<html><body/></html>'],
    ['half a document', '<k9settings><accounts><account>'],
    ['no XML', 'hello'],
    ['control characters', '<k9settings>\u0000\u0007</k9settings>'],
    ['a million levels', '<k9settings>'.repeat(400_000)],
  ])('are not in %s', async (_, text) => {
    expect(await codeOf(read('k9', written('settings.k9s', text)))).toBe('settings-unreadable');
  });

  it('are not in a folder, nor in a hundred megabytes', async () => {
    expect(await codeOf(read('k9', folder()))).toBe('settings-unreadable');
    expect(await codeOf(read('k9', sized('settings.k9s', 100_000_000)))).toBe('settings-unreadable');
  });

  it('are a hundred at most', async () => {
    const one = (index: number) =>
      `<account><incoming-server type="IMAP"><host>i.lab.test</host></incoming-server><outgoing-server><host>s.lab.test</host></outgoing-server><identities><identity><email>a${index}@lab.test</email></identity></identities></account>`;
    const all = Array.from({ length: 10_000 }, (_, index) => one(index)).join('');
    const path = written('settings.k9s', `<k9settings><accounts>${all}</accounts></k9settings>`);
    expect(await read('k9', path)).toHaveLength(100);
  });
});

function sized(name: 'prefs.js' | 'settings.k9s', bytes: number): string {
  const path = written(name, 'user_pref("a", 1);\n');
  truncateSync(name === 'prefs.js' ? join(path, name) : path, bytes);
  return path;
}

/** The prefs of one account, some of them as given. */
function prefs(
  change: { useremail?: string; fullName?: string; hostname?: string; port?: string; userName?: string },
  name = '1',
): string {
  const {
    useremail = 'a@lab.test',
    fullName,
    hostname = 'imap.lab.test',
    port = '993',
    userName = 'a',
  } = change;
  return [
    'user_pref("mail.accountmanager.accounts", "account1");',
    `user_pref("mail.account.account${name}.identities", "id${name}");`,
    `user_pref("mail.account.account${name}.server", "server${name}");`,
    ...(fullName === undefined ? [] : [`user_pref("mail.identity.id${name}.fullName", "${fullName}");`]),
    `user_pref("mail.identity.id${name}.smtpServer", "smtp1");`,
    `user_pref("mail.identity.id${name}.useremail", "${useremail}");`,
    `user_pref("mail.server.server${name}.hostname", "${hostname}");`,
    `user_pref("mail.server.server${name}.port", ${port});`,
    `user_pref("mail.server.server${name}.socketType", 3);`,
    `user_pref("mail.server.server${name}.type", "imap");`,
    `user_pref("mail.server.server${name}.userName", "${userName}");`,
    'user_pref("mail.smtpserver.smtp1.hostname", "smtp.lab.test");',
    'user_pref("mail.smtpserver.smtp1.try_ssl", 3);',
  ].join('\n');
}

// Windows has no pipes among its files.
it.runIf(process.platform !== 'win32')(
  'does not wait at a pipe that stands in the place of a file',
  async () => {
    const parent = folder();
    const pipe = join(parent, 'prefs.js');
    execFileSync('mkfifo', [pipe]);
    expect(await codeOf(read('k9', pipe))).toBe('settings-unreadable');
    expect(await codeOf(read('thunderbird', parent))).toBe('settings-unreadable');
  },
);
