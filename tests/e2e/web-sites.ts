/** The web that messages name: a site on https and the DNS that leads to it, in place of the real ones. */
import { certificateFor } from '../servers/certs.mjs';
import { type DnsServer, type Records, startDns } from '../servers/dns-server.mjs';
import { type Page, type Sites, startSites } from '../servers/site-server.mjs';
import type { World } from './world.ts';

export const SITE = 'pictures.test';

export type Web = {
  dns: DnsServer;
  sites: Sites;
  /** With which the program is started. */
  env: Record<string, string>;
};

/** Ends with the world. */
export async function startWeb(
  { lab, run }: World,
  { pages, zone = {} }: { pages: Record<string, Page>; zone?: Record<string, Records> },
): Promise<Web> {
  const certs = await certificateFor(lab.certs, [SITE]);
  const dns = await startDns({ zone: { [SITE]: { A: ['127.0.0.1'] }, ...zone } });
  run.onRemove(dns.stop);
  const sites = await startSites({ certs, pages });
  run.onRemove(sites.stop);
  return { dns, sites, env: { LATCHKEY_DNS: dns.address, LATCHKEY_HTTPS_PORT: String(sites.port) } };
}
