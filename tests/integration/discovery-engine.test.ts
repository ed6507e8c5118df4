/** The same question as a window asks it: through the engine, over a developer's own network. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { autoconfigFile, type DiscoveryWorld, DOMAIN, startDiscoveryWorld } from './discovery-world.ts';
import { type EngineHere, startEngineHere } from './engine-here.ts';

let world: DiscoveryWorld;
let engine: EngineHere;

beforeAll(async () => {
  world = await startDiscoveryWorld();
  // No keychain is to be had here, and none is needed for this.
  process.env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${world.run.path}/nobody`;
  engine = startEngineHere({
    directory: `${world.run.path}/profile/mail`,
    temporaryDirectory: world.run.folder('tmp', 0o700),
    keychainService: 'Latchkey Mail discovery test',
    config: { dnsServers: [world.dns.address], httpsPort: world.sites.port },
  });
  await engine.ask('app.useSessionOnly', {});
});
afterAll(async () => {
  await engine?.stop();
  await world?.stop();
});

it('finds the provider that the domain names, before there is any account', async () => {
  world.reset({ zone: { [DOMAIN]: { A: ['127.0.0.1'], MX: [[1, 'mx.zoho.eu']] } } });
  const answer = await engine.ask('accounts.discover', { address: `maya@${DOMAIN}`, askIspdb: false });
  expect(answer).toMatchObject({
    domain: DOMAIN,
    found: [{ source: 'mx', provider: { providerId: 'zoho-eu-work', auth: 'password' } }],
    ispdbHost: 'autoconfig.thunderbird.net',
  });
});

it('answers with what the domain publishes, in the shape of the contract', async () => {
  world.reset({ pages: { [`https://autoconfig.${DOMAIN}/mail/config-v1.1.xml`]: autoconfigFile() } });
  const answer = await engine.ask('accounts.discover', { address: `maya@${DOMAIN}`, askIspdb: false });
  expect(answer.found).toMatchObject([{ source: 'autoconfig', imap: { host: `imap.${DOMAIN}` } }]);
});

it('refuses what is no address', async () => {
  const answer = await engine.request('accounts.discover', { address: 'maya', askIspdb: true });
  expect(answer).toMatchObject({ ok: false, code: 'address-invalid' });
});
