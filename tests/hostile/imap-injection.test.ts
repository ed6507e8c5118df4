import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog } from '../../src-main/base/log.ts';
import type { ImapConnection } from '../../src-main/imap/imap-connection.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import { localhost, passwordOf, rawMessage } from '../integration/imap-lab.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { startScriptedImap } from '../servers/scripted-imap.mjs';
import { hostileString } from '../unit/src-main/mime/hostile-strings.ts';

const run = createRunFolder();
let server: Awaited<ReturnType<typeof startScriptedImap>>;
let connection: ImapConnection;
let distrust = () => {};

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  server = await startScriptedImap({ certs });
  server.deliver('maya@lab.test', 'INBOX', rawMessage({ id: 'a@lab.test', subject: 'Plan' }));
  connection = await openImap({
    settings: localhost(server.port),
    authentication: passwordOf('maya@lab.test', 'right'),
    signal: new AbortController().signal,
    log: createLog(() => {}),
  });
  await connection.selectMailbox('INBOX');
});
afterAll(async () => {
  await connection.close();
  distrust();
  await server.stop();
  await run.remove();
});

/** What a person may type, with what would be commands of their own if a line could be ended. */
const typed = fc
  .tuple(
    hostileString,
    fc.constantFrom(
      '',
      '\r\nEVIL DELETE INBOX\r\n',
      '\nEVIL DELETE INBOX\n',
      '"\r\nEVIL DELETE INBOX',
      '{3+}\r\nEVIL DELETE INBOX',
      '" DELETED ALL "',
    ),
  )
  .map(([text, command]) => `${text.slice(0, 2_000)}${command}`);

/** The verbs that the server was told since. */
const verbsSince = (from: number) =>
  server.lines.slice(from).map((line) => /^\S+ ((?:UID )?[A-Za-z]+)/.exec(line)?.[1]?.toUpperCase() ?? line);

it('asks for what a person typed in one command, whatever it is', async () => {
  const kinds = fc.constantFrom('text', 'subject', 'from', 'to', 'cc');
  await fc.assert(
    fc.asyncProperty(kinds, typed, async (kind, value) => {
      const from = server.lines.length;
      await connection.search({ clauses: [[{ test: { kind, value }, isNegated: false }]] });
      expect(verbsSince(from)).toEqual(['UID SEARCH']);
    }),
    { numRuns: 150 },
  );
});

it('names a mailbox in one command or in none', async () => {
  await fc.assert(
    fc.asyncProperty(typed, async (name) => {
      const from = server.lines.length;
      await connection.makeMailbox(name).catch(() => undefined);
      await connection.renameMailbox('INBOX', name).catch(() => undefined);
      await connection.setSubscribed(name, true).catch(() => undefined);
      const others = verbsSince(from).filter(
        (verb) => !/^(?:CREATE|RENAME|(?:UN)?SUBSCRIBE|IDLE|NOOP)$/.test(verb),
      );
      expect(others).toEqual([]);
      expect(verbsSince(from).filter((verb) => verb === 'CREATE').length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 200 },
  );
  expect(server.lines.filter((line) => / CREATE /.test(line)).length).toBeGreaterThan(20);
  expect(server.lines.some((line) => /^EVIL /.test(line))).toBe(false);
});
