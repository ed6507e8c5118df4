/** A network of one's own, for finding servers by an address: DNS, web sites and mail servers on loopback, under invented names. */
import { fileURLToPath } from 'node:url';
import { createAuthorizationServers } from '../../src-main/accounts/authorization-servers.ts';
import { discover } from '../../src-main/accounts/discover.ts';
import { createNetwork, type Network } from '../../src-main/autoconfig/network.ts';
import type { Provider } from '../../src-main/autoconfig/provider-file.ts';
import { loadProviders } from '../../src-main/autoconfig/providers.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import type { OutputOf } from '../../src-shared/ipc/contract.ts';
import {
  certificateFor,
  type LabCertificates,
  makeCertificates,
  type ServerCertificate,
} from '../servers/certs.mjs';
import { type DnsServer, type Records, startDns } from '../servers/dns-server.mjs';
import { createRunFolder, type RunFolder } from '../servers/run-folder.mjs';
import { type Page, type Sites, startSites } from '../servers/site-server.mjs';
import { trustAuthority } from './trust-authority.ts';

export const DOMAIN = 'found.test';
export const ADDRESS = `maya@${DOMAIN}`;
const builtIn = fileURLToPath(new URL('../../app/providers.json', import.meta.url));
export const PROVIDERS = loadProviders({ builtIn });

export type DiscoveryWorld = {
  run: RunFolder;
  certs: LabCertificates;
  /** For every name of the lab. */
  certificate: ServerCertificate;
  dns: DnsServer;
  sites: Sites;
  /** Forgets what was set up and asked. Every name below the domain leads here unless `zone` says otherwise. */
  reset(lab?: { zone?: Record<string, Records>; pages?: Record<string, Page> }): void;
  network(ports?: Record<number, number>): Network;
  discover(options?: {
    address?: string;
    askIspdb?: boolean;
    ports?: Record<number, number>;
    providers?: Provider[];
    signal?: AbortSignal;
  }): Promise<OutputOf<'accounts.discover'>>;
  stop(): Promise<void>;
};

export async function startDiscoveryWorld(): Promise<DiscoveryWorld> {
  const run = createRunFolder();
  const certs = await makeCertificates(run.folder('certs'));
  const distrust = trustAuthority(certs.ca);
  const hosts = [DOMAIN, `*.${DOMAIN}`, '*.elsewhere.test', 'autoconfig.thunderbird.net', 'localhost'];
  const certificate = await certificateFor(certs, hosts);
  const dns = await startDns({ zone: {} });
  const sites = await startSites({ certs: certificate, pages: {} });
  const network: DiscoveryWorld['network'] = (ports = {}) =>
    createNetwork({
      dnsServers: [dns.address],
      // Nothing listens at port 9, so that no guess meets a server of this computer.
      ports: { 443: sites.port, 993: 9, 143: 9, 465: 9, 587: 9, ...ports },
    });
  const world: DiscoveryWorld = {
    run,
    certs,
    certificate,
    dns,
    sites,
    reset({ zone = {}, pages = {} } = {}) {
      for (const all of [dns.zone, sites.pages]) for (const key of Object.keys(all)) delete all[key];
      const here = { A: ['127.0.0.1'] };
      Object.assign(dns.zone, {
        [DOMAIN]: here,
        [`*.${DOMAIN}`]: here,
        '*.elsewhere.test': here,
        'autoconfig.thunderbird.net': here,
        ...zone,
      });
      Object.assign(sites.pages, pages);
      dns.questions.length = 0;
      sites.requests.length = 0;
      sites.show(certificate);
    },
    network,
    discover: ({ address = ADDRESS, askIspdb = false, ports, providers = PROVIDERS, signal } = {}) =>
      discover(
        { address, askIspdb },
        { providers, servers: createAuthorizationServers(providers, systemClock), network: network(ports) },
        signal ?? new AbortController().signal,
      ),
    async stop() {
      distrust();
      await Promise.all([dns.stop(), sites.stop()]);
      await run.remove();
    },
  };
  world.reset();
  return world;
}

/** Outcome by `source host`. */
export function outcomes({ tries }: OutputOf<'accounts.discover'>): Record<string, string> {
  return Object.fromEntries(tries.map(({ source, host, outcome }) => [`${source} ${host}`.trim(), outcome]));
}

type Server = { host?: string; port?: number; socket?: string; user?: string; auth?: string[] };

/** A file of Mail Autoconfig; `more` goes in at its end. */
export function autoconfigFile(
  parts: { imap?: Server; smtp?: Server; name?: string; more?: string } = {},
): string {
  const server = (element: string, type: string, { host, port, socket, user, auth }: Required<Server>) =>
    `<${element} type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socket}</socketType>
    <username>${user}</username>${auth.map((one) => `<authentication>${one}</authentication>`).join('')}</${element}>`;
  const usual = { socket: 'SSL', user: '%EMAILADDRESS%', auth: ['password-cleartext'] };
  return `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1"><emailProvider id="${DOMAIN}"><domain>${DOMAIN}</domain>
<displayName>${parts.name ?? 'Found Mail'}</displayName>
${server('incomingServer', 'imap', { host: `imap.${DOMAIN}`, port: 993, ...usual, ...parts.imap })}
${server('outgoingServer', 'smtp', { host: `smtp.${DOMAIN}`, port: 465, ...usual, ...parts.smtp })}
</emailProvider>${parts.more ?? ''}</clientConfig>`;
}
