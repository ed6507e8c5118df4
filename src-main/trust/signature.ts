/**
 * The signature of a message (DKIM, RFC 6376), checked here. It asks DNS for the key of a domain that the sender names, which tells that
 * domain that somebody looks: only a press of the person may lead here. The library gets a head from which all is taken out that
 * is not a sound signature of a wanted domain, and its DNS questions are answered only for those.
 */
import { MailError } from '../base/errors.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { asciiDomain } from './domains.ts';

export type SignatureCheck = {
  /** A signature that holds, with the fields that it covers in small letters. */
  valid: { domain: string; covers: string[] }[];
  /** There was a signature that could be checked, and does not hold: the message is not what the domain signed. */
  isBroken: boolean;
};

/** The TXT records of a name; empty when there are none. */
export type AskTxt = (name: string, signal: AbortSignal) => Promise<string[]>;

const LONGEST_MESSAGE = 50_000_000;
const LONGEST_HEAD = 256_000;
const MOST_FIELDS = 2_000;
/** The library takes the square of them for one field, and minutes for a field of carriage returns. */
const MOST_LINES = 4_000;
const LONGEST_FROM = 10_000;
/** The library takes the square of a long line, and a while for each line; 50 MB of attachments have 700,000 of 76 letters. */
const LONGEST_BODY_LINE = 20_000;
const MOST_BODY_LINES = 1_000_000;
const MOST_SIGNATURES = 5;
const LONGEST_KEY = 8_000;
const SMALLEST_KEY = 1024; // RFC 8301 §3.2
/** Clocks of senders and receivers differ. */
const SKEW = 5 * 60_000;

/**
 * Checks the signatures of the domains that `isWanted` takes. `receivedAt` (milliseconds since 1970): when it came, for a signature that has
 * run out since held then. Throws too-complex for what is too large, connection errors when DNS does not answer, the signal's reason.
 */
export async function checkSignatures(
  source: Uint8Array,
  options: {
    isWanted(domain: string): boolean;
    receivedAt: number;
    txt: AskTxt;
    signal: AbortSignal;
  },
): Promise<SignatureCheck> {
  const { isWanted, receivedAt, txt, signal } = options;
  const { message, keys } = onlyWanted(source, isWanted);
  if (keys.size === 0) return { valid: [], isBroken: false };
  // Only when somebody asks: the library and what it brings along take a tenth of a second to load.
  const { verifyDkim } = await import('./dkim-verify.ts');
  let failure: unknown;
  const resolver = async (name: string): Promise<string[][]> => {
    if (!keys.has(name.toLowerCase())) throw noKey();
    try {
      const record = (await txt(name, signal)).find(isKeyRecord);
      if (record === undefined) throw noKey();
      return [[record]];
    } catch (error) {
      if (!isNoKey(error)) failure = error;
      throw error;
    }
  };
  checkLines(message);
  const curTime = new Date(receivedAt + SKEW);
  const checking = verifyDkim(message, { resolver, minBitLength: SMALLEST_KEY, curTime }, signal);
  const results = await untilAborted(checking, signal);
  const valid = results.flatMap(({ signingDomain, status, signingHeaders, signatureTimeValid }) => {
    const domain = asciiDomain(signingDomain ?? '');
    const covers = (signingHeaders?.keys ?? '').toLowerCase().split(/\s*:\s*/);
    // RFC 6376 §5.4: a signature that leaves From out says nothing.
    const holds = status.result === 'pass' && signatureTimeValid !== false && covers.includes('from');
    return holds && domain !== undefined ? [{ domain, covers }] : [];
  });
  if (valid.length === 0 && failure !== undefined) {
    throw failure instanceof MailError
      ? failure
      : new MailError('offline', { retry: 'later', cause: failure });
  }
  const isBroken =
    valid.length === 0 && results.some((one) => one.status.result === 'fail' || isAltered(one.status));
  return { valid, isBroken };
}

/** Throws too-complex for what takes the library long: it works in the thread that answers the window. */
function checkLines(message: Uint8Array): void {
  let lines = 0;
  for (let at = 0; at < message.byteLength; lines += 1) {
    const found = message.indexOf(10, at);
    const end = found < 0 ? message.byteLength : found + 1;
    if (end - at > LONGEST_BODY_LINE || lines >= MOST_BODY_LINES) throw new MailError('too-complex');
    at = end;
  }
}

/** The library's word for a body that is another one than was signed. */
const isAltered = ({ result, comment }: { result: string; comment?: string }): boolean =>
  result === 'neutral' && comment === 'body hash did not verify';

class NoKey extends Error {
  readonly code = 'ENODATA';
}
const noKey = (): NoKey => new NoKey('no key');
const isNoKey = (error: unknown): boolean => error instanceof NoKey;

/** RFC 6376 §3.6.1, with tags of one letter only, and not of a domain that says it is testing (`t=y`). */
function isKeyRecord(record: string): boolean {
  if (record.length > LONGEST_KEY) return false;
  const tags = tagsOf(record);
  if (!tags) return false;
  return tags.has('p') && !(tags.get('t') ?? '').split(':').includes('y');
}

/** Tags and values (RFC 6376 §3.2), values without space; undefined for what is no such list, or names a tag twice. */
function tagsOf(text: string): Map<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const part of text.replace(/;\s*$/, '').split(';')) {
    const found = /^\s*([a-z]{1,2})\s*=([^;]*)$/.exec(part);
    if (!found) return undefined;
    const [, tag = '', value = ''] = found;
    if (tags.has(tag)) return undefined;
    tags.set(tag, value.replace(/\s+/g, ''));
  }
  return tags;
}

/** The message with those of its signatures only that are to be checked, and where their keys are. */
function onlyWanted(
  source: Uint8Array,
  isWanted: (domain: string) => boolean,
): { message: Uint8Array; keys: Set<string> } {
  if (source.byteLength > LONGEST_MESSAGE) throw new MailError('too-complex');
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const end = endOfHead(bytes);
  const head = bytes.toString('latin1', 0, end);
  const fields = head.split(/(?<=\n)(?![ \t])/);
  const isTooMuch = fields.length > MOST_FIELDS || head.split('\n').length > MOST_LINES;
  // RFC 5322 §2.2: in a head a carriage return is the end of a line, or nothing.
  if (isTooMuch || /\r(?!\n)/.test(head)) throw new MailError('too-complex');
  const keys = new Set<string>();
  const kept = fields.filter((field) => {
    // The library would read them too, and with them more than was asked for.
    if (/^(arc-|return-path[ \t]*:)/i.test(field)) return false;
    if (/^from[ \t]*:/i.test(field) && field.length > LONGEST_FROM) throw new MailError('too-complex');
    const signature = /^dkim-signature[ \t]*:(.*)$/is.exec(field);
    if (!signature) return true;
    const key = keyOf(signature[1] ?? '', isWanted);
    if (key === undefined || keys.size >= MOST_SIGNATURES) return false;
    keys.add(key);
    return true;
  });
  return { message: Buffer.concat([Buffer.from(kept.join(''), 'latin1'), bytes.subarray(end)]), keys };
}

/** How often a field stands in the head. `name` in small letters. */
export function countFields(source: Uint8Array, name: string): number {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  return bytes
    .toString('latin1', 0, endOfHead(bytes))
    .split('\n')
    .filter((line) => /^([!-9;-~]+)[ \t]*:/.exec(line)?.[1]?.toLowerCase() === name).length;
}

/** Where the empty line begins. */
function endOfHead(bytes: Buffer): number {
  const head = bytes.toString('latin1', 0, LONGEST_HEAD);
  const found = /\n(?=\r?\n)/.exec(head);
  if (!found) throw new MailError('too-complex');
  return found.index + 1;
}

/** The name under which the key of a signature stands; undefined for a signature that is not believed whatever the key says. */
function keyOf(text: string, isWanted: (domain: string) => boolean): string | undefined {
  const tags = tagsOf(text);
  if (tags?.get('v') !== '1') return undefined;
  // RFC 8301 §3.1: SHA-1 proves nothing any more. With `l=` anybody can write on below what was signed.
  if (!/^(rsa|ed25519)-sha256$/i.test(tags.get('a') ?? '') || tags.has('l')) return undefined;
  const domain = (tags.get('d') ?? '').toLowerCase();
  const selector = (tags.get('s') ?? '').toLowerCase();
  const isName = /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;
  if (!isName.test(domain) || !isName.test(selector) || !isWanted(domain)) return undefined;
  return `${selector}._domainkey.${domain}`;
}
