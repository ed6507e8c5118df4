/** The web as messages name it: DNS and sites of a lab, and the client whose way to them is what tests look at. */
import { createServer, type Server } from 'node:net';
import { createNetwork } from '../../src-main/autoconfig/network.ts';
import { createWebClient, type WebClient } from '../../src-main/web/web-client.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { certificateFor, type LabCertificates, makeCertificates } from '../servers/certs.mjs';
import { type Records, startDns } from '../servers/dns-server.mjs';
import { listenOnLoopback } from '../servers/net.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { type Page, startSites } from '../servers/site-server.mjs';

export const SITE = 'pictures.test';
export const HERE = { A: ['127.0.0.1'] };

export type WebWorld = Awaited<ReturnType<typeof startWebWorld>>;

export async function startWebWorld() {
  const run = createRunFolder();
  const certs: LabCertificates = await makeCertificates(run.folder('certs'));
  const distrust = trustAuthority(certs.ca);
  const certificate = await certificateFor(certs, [SITE, `*.${SITE}`, 'localhost']);
  const zone: Record<string, Records> = {};
  const dns = await startDns({ zone });
  const sites = await startSites({ certs: certificate, pages: {} });
  /** Whoever connects here has come where nobody should. */
  let knocks = 0;
  const trap: Server = createServer((socket) => {
    knocks += 1;
    socket.destroy();
  });
  const trapPort = await listenOnLoopback(trap);
  const client = (
    options: { httpsPort?: number; allowsLoopback?: boolean; time?: number } = {},
  ): WebClient => {
    const { httpsPort = sites.port, allowsLoopback = true, time = 5_000 } = options;
    return createWebClient({ lab: { dnsServers: [dns.address], httpsPort, allowsLoopback }, time });
  };
  return {
    certs,
    certificate,
    dns,
    sites,
    client,
    /** As the program is outside labs, but for the port, at which the trap is. */
    guarded: (): WebClient => client({ httpsPort: trapPort, allowsLoopback: false }),
    knocks: () => knocks,
    txt: createNetwork({ dnsServers: [dns.address] }).txt,
    reset(lab: { zone?: Record<string, Records>; pages?: Record<string, Page> } = {}) {
      for (const all of [zone, sites.pages]) for (const key of Object.keys(all)) delete all[key];
      Object.assign(zone, { [SITE]: HERE, [`*.${SITE}`]: HERE, ...lab.zone });
      Object.assign(sites.pages, lab.pages);
      dns.questions.length = 0;
      sites.requests.length = 0;
      sites.show(certificate);
      knocks = 0;
    },
    async stop() {
      distrust();
      await Promise.all([dns.stop(), sites.stop(), new Promise((done) => trap.close(done))]);
      await run.remove();
    },
  };
}
