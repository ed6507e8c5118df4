/**
 * SCRAM (RFC 5802, RFC 7677): the password is proved to the server without being given to it, and the server proves that it knows it
 * too. Only the computations; who speaks IMAP or SMTP carries the messages.
 *
 *   client-first  n,,n=user,r=nonce        ->
 *   server-first  r=nonce+more,s=salt,i=4096  <-
 *   client-final  c=binding,r=nonce+more,p=proof ->
 *   server-final  v=signature              <-   compared; anything else is a server that does not know the password
 */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { MailError } from '../base/errors.ts';
import { isPreparable, prepare } from './prepare.ts';

export const SCRAM_NAMES = [
  'SCRAM-SHA-256-PLUS',
  'SCRAM-SHA-1-PLUS',
  'SCRAM-SHA-256',
  'SCRAM-SHA-1',
] as const;
export type ScramName = (typeof SCRAM_NAMES)[number];

/** Fewer make a stolen exchange cheap to guess (RFC 7677 §4), more would be a server that wants to burn our time. */
const FEWEST_ITERATIONS = 4_096;
const MOST_ITERATIONS = 600_000;
/** Characters of one message of the server, decoded. */
const LONGEST_MESSAGE = 4_096;

/** Bytes that only the two ends of this TLS connection know: `tls-exporter` (RFC 9266). */
export type ChannelBinding = Buffer;

export type ScramLogin = {
  mechanism: ScramName;
  /** The first message, in base64. */
  first: string;
  /**
   * The answer to the server's next message, both in base64; an empty one to its last. Throws MailError server-unproven when the
   * server does not know the password or asks for too little or too much work; password-refused when it says that the proof is wrong.
   */
  next(challenge: string): Promise<string>;
  /** Whether the server has proved itself: only then it may be believed that the login succeeded. */
  isProved(): boolean;
  /** Whether the proof has gone out: a refusal before it says nothing about the password. */
  hasGivenProof(): boolean;
};

/** What a login by SCRAM starts from. `offered`: the mechanisms that the server announced, in upper case. */
export type ScramStart = {
  offered: ReadonlySet<string>;
  user: string;
  password: string;
  host: string;
  binding: ChannelBinding | undefined;
};

/** The best of what the server offers; undefined when it offers no SCRAM, or when this name or password cannot be used with it. */
export function chooseScram({ offered, user, password, binding }: ScramStart): ScramName | undefined {
  if (!isPreparable(password) || !isPreparable(user)) return undefined;
  return SCRAM_NAMES.find((name) => offered.has(name) && (binding !== undefined || !name.endsWith('-PLUS')));
}

/** One login. `nonce` is for tests. */
export function createScram(
  mechanism: ScramName,
  { offered, user, password, binding, host }: ScramStart,
  nonce: string = randomBytes(24).toString('base64'),
): ScramLogin {
  const digest = mechanism.startsWith('SCRAM-SHA-256') ? 'sha256' : 'sha1';
  const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest();
  const header = gs2Header(mechanism, offered, binding);
  const bound = mechanism.endsWith('-PLUS') && binding ? binding : Buffer.alloc(0);
  const bare = `n=${escapeName(prepare(user))},r=${nonce}`;
  let serverSignature: Buffer | undefined;
  let isProved = false;

  const unproven = (problem: string) => new MailError('server-unproven', { detail: { host, problem } });

  /** RFC 5802 §7. A binding that does not match is no wrong password: somebody stands between. */
  function refusalOf(said = ''): MailError {
    if (said.startsWith('unsupported-channel-binding')) return unproven('binding-type');
    if (said.includes('channel-binding')) return unproven('binding');
    return new MailError('password-refused', { retry: 'after-sign-in', detail: { host } });
  }

  async function answerFirst(text: string): Promise<string> {
    const fields = fieldsOf(text);
    if (fields.has('e')) throw refusalOf(fields.get('e'));
    const given = fields.get('r') ?? '';
    const salt = base64Of(fields.get('s') ?? '');
    const iterations = Number(/^[1-9]\d{0,9}$/.test(fields.get('i') ?? '') ? fields.get('i') : Number.NaN);
    // RFC 5802 §5.1: "m" is an extension that must be understood, and none is.
    if (fields.has('m')) throw unproven('extension');
    if (!given.startsWith(nonce) || given.length === nonce.length) throw unproven('nonce');
    if (!salt || salt.length === 0) throw unproven('salt');
    if (!(iterations >= FEWEST_ITERATIONS && iterations <= MOST_ITERATIONS)) throw unproven('iterations');
    const length = digest === 'sha256' ? 32 : 20;
    const salted = await promisify(pbkdf2)(prepare(password), salt, iterations, length, digest);
    const clientKey = hmac(salted, 'Client Key');
    const storedKey = createHash(digest).update(clientKey).digest();
    const channel = Buffer.concat([Buffer.from(header), bound]).toString('base64');
    const withoutProof = `c=${channel},r=${given}`;
    const authMessage = `${bare},${text},${withoutProof}`;
    const signature = hmac(storedKey, authMessage);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    serverSignature = hmac(hmac(salted, 'Server Key'), authMessage);
    return `${withoutProof},p=${proof.toString('base64')}`;
  }

  function takeLast(expected: Buffer, text: string): void {
    const fields = fieldsOf(text);
    if (fields.has('e')) throw refusalOf(fields.get('e'));
    const given = base64Of(fields.get('v') ?? '');
    if (given?.length !== expected.length || !timingSafeEqual(given, expected)) throw unproven('signature');
    isProved = true;
  }

  return {
    mechanism,
    first: encode(`${header}${bare}`),
    async next(challenge) {
      const text = decode(challenge);
      if (text === undefined || isProved) throw unproven('message');
      if (!serverSignature) return encode(await answerFirst(text));
      takeLast(serverSignature, text);
      return '';
    },
    isProved: () => isProved,
    hasGivenProof: () => serverSignature !== undefined,
  };
}

/**
 * Whether a server that refused a login did so because it does not know our kind of binding: then it is worth a try without. Which kinds
 * a server knows is announced nowhere. Before the proof nothing else can be wrong; after it only these words say so: Cyrus SASL takes any
 * kind, compares it with its own, and looks at the proof later. `refusal`: the server's words, or what `next` threw.
 */
export function isBindingUnknown({ mechanism, hasGivenProof }: ScramLogin, refusal: unknown): boolean {
  if (!mechanism.endsWith('-PLUS')) return false;
  if (typeof refusal === 'string') return !hasGivenProof() || /bad protocol/i.test(refusal);
  return refusal instanceof MailError && refusal.detail?.problem === 'binding-type';
}

/** What both ends of a TLS 1.3 connection can compute and nobody between them; undefined where it cannot be had. */
export function channelBindingOf(socket: unknown): ChannelBinding | undefined {
  // RFC 9266 §4.2: with TLS 1.2 it is only sound with an extension that cannot be asked for here.
  if (!(socket instanceof TLSSocket) || socket.getProtocol() !== 'TLSv1.3') return undefined;
  try {
    return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  } catch {
    return undefined;
  }
}

/** RFC 5802 §6: `y` says that we could and that the server did not offer it, so that the server sees when somebody took it away. */
function gs2Header(
  mechanism: ScramName,
  offered: ReadonlySet<string>,
  binding: ChannelBinding | undefined,
): string {
  if (mechanism.endsWith('-PLUS')) return 'p=tls-exporter,,';
  return binding && ![...offered].some((name) => name.endsWith('-PLUS')) ? 'y,,' : 'n,,';
}

const escapeName = (name: string) => name.replaceAll('=', '=3D').replaceAll(',', '=2C');
const encode = (text: string) => Buffer.from(text).toString('base64');

function decode(text: string): string | undefined {
  const bytes = text.length <= LONGEST_MESSAGE * 2 ? base64Of(text.trim()) : undefined;
  return bytes && bytes.length <= LONGEST_MESSAGE ? bytes.toString('utf8') : undefined;
}

/** Undefined when it is not base64: Node would read what it can and drop the rest. */
function base64Of(text: string): Buffer | undefined {
  const isBase64 = /^(?:[\dA-Za-z+/]{4})*(?:[\dA-Za-z+/]{2}==|[\dA-Za-z+/]{3}=)?$/.test(text);
  return isBase64 ? Buffer.from(text, 'base64') : undefined;
}

/** The fields of a message by their letter; of two with the same one the first counts. */
function fieldsOf(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, letter, value] = /^([A-Za-z])=(.*)$/s.exec(part) ?? [];
    if (letter !== undefined && value !== undefined && !fields.has(letter)) fields.set(letter, value);
  }
  return fields;
}
