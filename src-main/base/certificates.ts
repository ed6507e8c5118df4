/**
 * What this program asks of a certificate beyond what Node asks. Node still takes a host's name from the common name, which nobody may
 * rely on any more (RFC 9525 §2), and RSA keys that are too short to mean anything.
 */
import tls, { type PeerCertificate } from 'node:tls';

/** NIST SP 800-57; the CA/Browser Forum has issued nothing shorter since 2014. */
const FEWEST_RSA_BITS = 2048;

const nodesOwn = tls.checkServerIdentity;

/** Undefined when the certificate is good for this host; else an error with a code of Node's, which `connectionErrorOf` translates. */
export function checkServerIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  const problem = nodesOwn(host, certificate);
  if (problem) return problem;
  // A chain whose names stand in no subjectAltName has none.
  if (!certificate.subjectaltname) return refusal('ERR_TLS_CERT_ALTNAME_INVALID', 'no subjectAltName');
  const { bits, modulus } = certificate;
  if (modulus !== undefined && bits !== undefined && bits < FEWEST_RSA_BITS) {
    return refusal('CERT_REJECTED', 'RSA key too short');
  }
  return undefined;
}

/** From now on every TLS connection of this thread asks so, whoever opens it: imapflow, nodemailer and fetch take what stands there. */
export function requireModernCertificates(): void {
  tls.checkServerIdentity = checkServerIdentity;
}

function refusal(code: string, words: string): Error {
  return Object.assign(new Error(words), { code });
}
