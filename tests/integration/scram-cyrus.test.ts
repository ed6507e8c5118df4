/** A second server with SCRAM, which offers to bind it to TLS in another way than ours, and says so only after the proof. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkImap } from '../../src-main/imap/check-imap.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Cyrus, startCyrus } from '../servers/cyrus.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf } from './imap-lab.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'grün & secret';
const run = createRunFolder();
const signal = new AbortController().signal;
let cyrus: Cyrus;
let distrust: () => void;

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  cyrus = await startCyrus({
    run,
    certs,
    passwords: { maya: PASSWORD },
    mechanisms: 'PLAIN LOGIN SCRAM-SHA-1 SCRAM-SHA-256',
  });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});

it('lets the person in without the binding that it does not know', async () => {
  await checkImap(localhost(cyrus.imapsPort), passwordOf('maya', PASSWORD), signal);
});

it('tells a wrong password', async () => {
  const failed = checkImap(localhost(cyrus.imapsPort), passwordOf('maya', 'wrong'), signal);
  await expect(failed).rejects.toMatchObject({ code: 'password-refused' });
});
