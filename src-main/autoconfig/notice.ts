/**
 * A signed notice: corrections of presets between two releases, for the day on which a provider moves its servers or a client ID has to go.
 * The file is JSON: `payload`, the notice's own JSON as base64, and `signature`, Ed25519 (RFC 8032) over the very bytes of the payload,
 * which are therefore not parsed before they are verified. What a notice may say is what the provider file may say, over https only. It is
 * never fetched: the person loads it. `scripts/sign-notice.mjs` makes keys and signs.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { MailError } from '../base/errors.ts';
import { type Provider, provider } from './provider-file.ts';
import { requireHttps } from './providers.ts';

const LONGEST = 1_000_000;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 §4). */
const KEY_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

const envelope = z.strictObject({ payload: z.base64(), signature: z.base64() });
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const advisory = z.strictObject({
  text: z.string().min(1).max(2_000),
  url: z.url({ protocol: /^https$/ }).optional(),
});

const notice = z.strictObject({
  version: z.literal(1),
  issuedAt: time,
  /** From then on the presets are those of the release again. */
  expiresAt: time.optional(),
  /** Each takes the place of the preset with its id, or is a new one. */
  providers: z.array(provider).max(500).default([]),
  advisories: z.array(advisory).max(50).default([]),
  /** Nobody signs in under these any more; presets that have one ask for one's own. */
  disabledClientIds: z.array(z.string().min(1).max(500)).max(100).default([]),
});
export type Notice = z.infer<typeof notice>;

/** Throws notice-forged for a wrong signature, key or form, and with `because: expired` when its time is over. */
export function readNotice(text: string, publicKey: string | undefined, now: number): Notice {
  const read = verified(text, publicKey);
  if (read.expiresAt !== undefined && read.expiresAt <= now) throw forged('expired');
  return read;
}

/** Throws notice-forged with `because: older`. */
export function refuseOlder(one: Notice, newest: number | undefined): void {
  if (newest !== undefined && one.issuedAt < newest) throw forged('older');
}

function verified(text: string, publicKey: string | undefined): Notice {
  try {
    if (text.length > LONGEST) throw new Error('too long');
    const signed = envelope.parse(JSON.parse(text));
    const payload = Buffer.from(signed.payload, 'base64');
    const signature = Buffer.from(signed.signature, 'base64');
    if (signature.length !== SIGNATURE_BYTES || !verify(null, payload, keyFrom(publicKey), signature))
      throw new Error('signature');
    const read = notice.parse(JSON.parse(payload.toString('utf8')));
    requireHttps(read.providers, false);
    return read;
  } catch (error) {
    throw forged('signature', error);
  }
}

function keyFrom(publicKey: string | undefined): KeyObject {
  const bytes = Buffer.from(publicKey ?? '', 'base64');
  if (bytes.length !== KEY_BYTES) throw new Error('this build has no key');
  return createPublicKey({ key: Buffer.concat([KEY_HEAD, bytes]), format: 'der', type: 'spki' });
}

function forged(because: 'signature' | 'expired' | 'older', cause?: unknown): MailError {
  return new MailError('notice-forged', { detail: { because }, cause });
}

/** The presets with what a notice says of them. */
export function applyNotice(shipped: readonly Provider[], said: Notice | undefined): Provider[] {
  if (!said) return [...shipped];
  const replaced = shipped.map((one) => said.providers.find(({ id }) => id === one.id) ?? one);
  const added = said.providers.filter(({ id }) => !shipped.some((one) => one.id === id));
  const disabled = new Set(said.disabledClientIds);
  return [...replaced, ...added].map((one) =>
    one.oauth && disabled.has(one.oauth.clientId) ? { ...one, oauth: { ...one.oauth, clientId: '' } } : one,
  );
}
