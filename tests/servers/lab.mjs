// @ts-check
// The whole lab: certificates, authorization server, IMAP and SMTP, and the provider file by which
// Latchkey finds them. Everything is on loopback and inside one run folder.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { projectRoot } from '../../scripts/lib/paths.mjs';
import { CLIENT_ID, SCOPES, SECRET_CLIENTS, startAuthServer } from './auth-server.mjs';
import { makeCertificates } from './certs.mjs';
import { startDovecot } from './dovecot.mjs';
import { startFaultyProxy } from './faulty-proxy.mjs';
import { createRunFolder } from './run-folder.mjs';
import { startSmtp } from './smtp.mjs';

/** @typedef {Awaited<ReturnType<typeof startLab>>} Lab */
/**
 * @typedef {object} LabOptions
 * @property {import("./run-folder.mjs").RunFolder} [run] made (and removed by stop) when left out
 * @property {string} [domain]
 * @property {string} [providerId] "lab" when left out; two labs in one provider file need two
 * @property {string} [providerName]
 * @property {Record<string, string>} [users] address → password; maya@ and samir@ the domain when left out
 * @property {"oauth" | "password"} [auth]
 * @property {"none" | "post" | "basic"} [clientSecret] which client the provider file names
 * @property {"tls" | "starttls"} [imapSecurity]
 * @property {"tls" | "starttls"} [smtpSecurity]
 * @property {import("./dovecot.mjs").ImapMechanism[]} [mechanisms] of IMAP
 * @property {(certs: import("./certs.mjs").LabCertificates) => Promise<import("./certs.mjs").ServerCertificate>} [makeCertificate]
 * @property {number} [accessTtl] seconds
 * @property {string} [canary] in front of every token
 * @property {string} [capability] see startDovecot
 * @property {string} [authName] the authorization server is https, at this name, with the certificate of `makeCertificate`
 * @property {string[]} [resultsFrom] in whose name the provider writes Authentication-Results
 * @property {boolean} [hasLink] the program reaches IMAP through `lab.link`, which can be taken away
 */

/**
 * Starts everything. `stop` ends it and, when the lab made the run folder, removes that too.
 * @param {LabOptions} [options]
 */
export async function startLab(options = {}) {
  const run = options.run ?? createRunFolder();
  try {
    return await startParts(run, options);
  } catch (error) {
    if (!options.run) await run.remove();
    throw error;
  }
}

/**
 * @param {import("./run-folder.mjs").RunFolder} run
 * @param {LabOptions} options
 */
async function startParts(run, options) {
  const {
    domain = 'lab.test',
    auth = 'oauth',
    imapSecurity = 'tls',
    smtpSecurity = 'tls',
    accessTtl,
    canary,
    mechanisms,
    capability,
  } = options;
  const users = options.users ?? {
    [`maya@${domain}`]: 'maya lab password',
    [`samir@${domain}`]: 'samir lab password',
  };

  const certFolder = mkdtempSync(join(run.path, 'certs'));
  chmodSync(certFolder, 0o755); // a program that another user starts reads the authority, too
  const certs = await makeCertificates(certFolder);
  const certificate = options.makeCertificate ? await options.makeCertificate(certs) : certs;
  const authServer = await startAuthServer({
    users,
    ...(accessTtl !== undefined && { accessTtl }),
    ...(canary !== undefined && { canary }),
    ...(options.authName !== undefined && { tls: { name: options.authName, ...certificate } }),
  });
  run.onRemove(authServer.stop);
  const dovecot = await startDovecot({
    run,
    certs: certificate,
    passwords: users,
    ...(auth === 'oauth' && { introspectionUrl: authServer.introspectionUrl }),
    ...(mechanisms !== undefined && { mechanisms }),
    ...(capability !== undefined && { capability }),
    hasImplicitTls: imapSecurity === 'tls',
  });
  const imapPort = imapSecurity === 'tls' ? dovecot.imapsPort : dovecot.imapPort;
  const link = options.hasLink ? await startFaultyProxy({ port: imapPort, record: false }) : undefined;
  if (link) run.onRemove(link.stop);
  const smtp = await startSmtp({
    security: smtpSecurity,
    certs: certificate,
    passwords: users,
    mechanisms: auth === 'oauth' ? ['XOAUTH2', 'PLAIN'] : ['PLAIN'],
    introspect: authServer.introspect,
    deliver: async (address, raw) => {
      if (users[address] !== undefined) await dovecot.store(address, [{ raw }]);
    },
  });
  run.onRemove(smtp.stop);

  const provider = {
    id: options.providerId ?? 'lab',
    name: options.providerName ?? 'Lab Mail',
    domains: [domain],
    auth,
    ...(auth === 'oauth'
      ? { oauth: oauthEntry(authServer.issuer, options.clientSecret ?? 'none') }
      : { appPasswordUrl: authServer.manageUrl }),
    imap: {
      host: 'localhost',
      port: link?.port ?? imapPort,
      security: imapSecurity,
    },
    smtp: { host: 'localhost', port: smtp.port, security: smtpSecurity },
    userName: 'address',
    consentWords: 'Read, write and send mail',
    revocation: 'endpoint',
    revokesWholeGrant: false,
    manageUrl: authServer.manageUrl,
    sendSavesCopy: false,
    ...(options.resultsFrom !== undefined && { resultsFrom: options.resultsFrom }),
  };
  const providersFile = join(run.path, `providers${authServer.port}.json`);
  writeFileSync(providersFile, `${JSON.stringify({ providers: [provider] }, undefined, 2)}\n`);

  return {
    run,
    domain,
    users,
    certs,
    authServer,
    dovecot,
    link,
    smtp,
    provider,
    providersFile,
    caFile: certs.caFile,
    /** The client secret, when the provider file names a client that has one. */
    clientSecret:
      options.clientSecret && options.clientSecret !== 'none'
        ? SECRET_CLIENTS[options.clientSecret].secret
        : undefined,
    /** What the product needs in its environment to find and trust the lab. */
    env: { LATCHKEY_PROVIDERS: providersFile, NODE_EXTRA_CA_CERTS: certs.caFile },
    stop: async () => {
      await Promise.all([link?.stop(), smtp.stop(), dovecot.stop(), authServer.stop()]);
      if (!options.run) await run.remove();
    },
  };
}

/**
 * @param {string} issuer
 * @param {"none" | "post" | "basic"} clientSecret
 */
function oauthEntry(issuer, clientSecret) {
  return {
    issuer,
    clientId: clientSecret === 'none' ? CLIENT_ID : SECRET_CLIENTS[clientSecret].id,
    scopes: SCOPES,
    requiredScopes: ['imap', 'smtp'],
    redirectHost: '127.0.0.1',
    clientSecret: clientSecret === 'none' ? 'none' : 'required',
    extraAuthorizationParameters: {},
  };
}

/**
 * An IMAP client of its own, logged in with the password: what it sees is the truth on the server.
 * The caller ends it with `logout()`.
 * @param {Lab} lab
 * @param {string} user
 */
export async function secondConnection(lab, user) {
  const isImplicit = lab.dovecot.imapsPort !== 0;
  const client = new ImapFlow({
    host: '127.0.0.1',
    servername: 'localhost',
    port: isImplicit ? lab.dovecot.imapsPort : lab.dovecot.imapPort,
    secure: isImplicit,
    ...(!isImplicit && { doSTARTTLS: true }),
    auth: { user, pass: lab.users[user] ?? '' },
    tls: { ca: lab.certs.ca },
    logger: false,
  });
  await client.connect();
  return client;
}

/** The program for $BROWSER that signs in by itself. */
export const SCRIPTED_BROWSER = join(projectRoot, 'tests', 'servers', 'scripted-browser.mjs');

/**
 * The environment in which the scripted browser is the default one. `$BROWSER` alone is not enough: where there is a display,
 * xdg-open first asks for the program that is registered for http, so it is registered in folders of its own.
 * @param {{
 *   folder: string, login: string, password: string, decision?: "allow" | "deny" | "close",
 *   scopes?: string[], visitsFile?: string, waitFor?: string
 * }} person `folder` may be written into
 * @returns {Record<string, string>}
 */
export function browserEnvironment({
  folder,
  login,
  password,
  decision = 'allow',
  scopes,
  visitsFile,
  waitFor,
}) {
  const applications = join(folder, 'data', 'applications');
  mkdirSync(applications, { recursive: true });
  mkdirSync(join(folder, 'config'), { recursive: true });
  writeFileSync(
    join(applications, 'lab-browser.desktop'),
    `[Desktop Entry]\nType=Application\nName=Lab browser\nExec=${process.execPath} ${SCRIPTED_BROWSER} %u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;\n`,
  );
  writeFileSync(
    join(folder, 'config', 'mimeapps.list'),
    '[Default Applications]\nx-scheme-handler/http=lab-browser.desktop\nx-scheme-handler/https=lab-browser.desktop\n',
  );
  return {
    BROWSER: SCRIPTED_BROWSER,
    XDG_CURRENT_DESKTOP: 'X-Generic', // else xdg-open asks the desktop and looks at neither
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    LATCHKEY_LAB_LOGIN: login,
    LATCHKEY_LAB_PASSWORD: password,
    LATCHKEY_LAB_DECISION: decision,
    ...(scopes && { LATCHKEY_LAB_SCOPES: scopes.join(' ') }),
    ...(waitFor && { LATCHKEY_LAB_WAIT: waitFor }),
    ...(visitsFile && { LATCHKEY_LAB_VISITS: visitsFile }),
  };
}
