/** Authorization servers that nobody vouches for: found through a domain's own files, or typed as somebody said. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { HandSettings } from '../../src-shared/ipc/access-contract.ts';
import { newAttempt } from '../integration/accounts-world.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { type LabCertificates, makeCertificates } from '../servers/certs.mjs';
import { type HostileAuthServer, startHostileAuthServer } from '../servers/hostile-auth-server.mjs';
import type { RunFolder } from '../servers/run-folder.mjs';
import {
  type HostileWorld,
  NOTHING,
  nothingHappened,
  openHostileWorld,
  openRunFolder,
} from './oauth-world.ts';

const PERSON = { login: 'maya@lab.test', password: '' };
let run: RunFolder;
let certs: LabCertificates;
let distrust: () => void;
const running: HostileAuthServer[] = [];
beforeAll(async () => {
  run = openRunFolder();
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  distrust?.();
  await run?.remove();
});

async function start(): Promise<HostileAuthServer> {
  const server = await startHostileAuthServer({ tls: certs });
  running.push(server);
  return server;
}

/** A server that gives a client ID to whoever asks, as it is found. */
async function startStranger(metadata: object = {}): Promise<HostileAuthServer> {
  const server = await start();
  const { issuer } = server;
  server.act.metadata = {
    registration_endpoint: `${issuer}/register`,
    device_authorization_endpoint: `${issuer}/device`,
    ...metadata,
  };
  return server;
}

function add(world: HostileWorld, { issuer }: HostileAuthServer, via?: 'device') {
  const at = (host: string, port: number) => ({ host, port, security: 'tls' as const });
  const settings: HandSettings = {
    address: PERSON.login,
    displayName: '',
    userName: PERSON.login,
    imap: at('imap.lab.test', 993),
    smtp: at('smtp.lab.test', 465),
    auth: { kind: 'oauth', issuer, scopes: ['mail'] },
  };
  return world.accounts.addByHand({ attemptId: newAttempt(), settings, ...(via && { via }) });
}

const open = () => openHostileWorld(run, [], { person: PERSON });

it('are signed in to when they name themselves (control)', async () => {
  const world = open();
  await add(world, await startStranger());
  expect(world.store.grants.list()).toMatchObject([{ clientIdOwner: 'registered' }]);
});

it("get no code of another provider by sending the browser on to it with that provider's client ID", async () => {
  const honest = await start();
  // As the big providers do it: nothing in the answer says whose it is.
  honest.act.callback = (parameters) => parameters.delete('iss');
  const attacker = await startStranger();
  attacker.act.register = () => ({ status: 201, body: { client_id: 'of-another-program' } });
  attacker.act.other = ({ path, query }) =>
    path === '/auth' ? { status: 302, headers: { location: `${honest.issuer}/auth?${query}` } } : undefined;
  const world = open();
  await expect(add(world, attacker)).rejects.toMatchObject({ code: 'sign-in-forged' });
  expect(honest.requestsTo('/auth')).toHaveLength(1);
  expect(nothingHappened(world, attacker, honest)).toEqual(NOTHING);
});

it('are asked for no client ID when they do not promise to name themselves', async () => {
  const attacker = await startStranger({ authorization_response_iss_parameter_supported: undefined });
  const world = open();
  await expect(add(world, attacker)).rejects.toMatchObject({ code: 'client-id-missing' });
  expect(attacker.requestsTo('/register')).toEqual([]);
  expect(world.links).toEqual([]);
});

it.each([
  ['of another provider', 'https://microsoft.com/devicelogin', false],
  ['of a host that ends alike', 'https://notlocalhost/d', false],
  ['of their own', 'https://localhost/d', true],
  ['of a host below their own', 'https://www.localhost/d', true],
])('show for another device a page %s: %s, %s', async (_whose, page, isShown) => {
  const stranger = await startStranger();
  stranger.act.device = () => ({
    body: { device_code: 'd', user_code: 'WDJB-MJHT', verification_uri: page, expires_in: 600, interval: 1 },
  });
  const world = open();
  const added = add(world, stranger, 'device');
  if (isShown) await added;
  else await expect(added).rejects.toMatchObject({ code: 'authorization-server-invalid' });
  expect(world.steps.includes('waiting-for-device')).toBe(isShown);
  expect(world.store.accounts.list()).toHaveLength(isShown ? 1 : 0);
});
