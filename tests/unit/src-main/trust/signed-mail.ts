/** Messages that are signed (RFC 6376), soundly or in a way that one wants to see refused. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export type TestKey = { privateKey: KeyObject; record: string };

/** A key pair, and the TXT record with which its public half stands in DNS. */
export function makeKey(bits = 2048): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const der = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { privateKey, record: `v=DKIM1; k=rsa; p=${der}` };
}

const relaxed = (name: string, value: string): string =>
  `${name.toLowerCase()}:${value.replace(/\s+/g, ' ').trim()}`;

/** A message signed with relaxed/simple; `tags` are more or other tags of the signature. */
export function signedMail(
  key: TestKey,
  options: {
    fields: [name: string, value: string][];
    body?: string;
    domain?: string;
    covers?: string[];
    tags?: Record<string, string>;
  },
): string {
  const { fields, body = 'Hello.\r\n', domain = 'example.org' } = options;
  const covers = options.covers ?? fields.map(([name]) => name);
  const signedLength = options.tags?.l === undefined ? undefined : Number(options.tags.l);
  const tags = {
    v: '1',
    a: 'rsa-sha256',
    c: 'relaxed/simple',
    d: domain,
    s: 'lab',
    h: covers.join(':'),
    bh: createHash('sha256').update(body.slice(0, signedLength)).digest('base64'),
    ...options.tags,
  };
  const text = `${Object.entries(tags)
    .map(([tag, value]) => `${tag}=${value}`)
    .join('; ')}; b=`;
  // The last of several fields of one name is the one that is signed (RFC 6376 §5.4.2).
  const signed = covers.flatMap((name) => {
    const field = fields.findLast(([one]) => one.toLowerCase() === name.toLowerCase());
    return field ? [`${relaxed(field[0], field[1])}\r\n`] : [];
  });
  const signature = sign(
    'sha256',
    Buffer.from(`${signed.join('')}${relaxed('DKIM-Signature', text)}`),
    key.privateKey,
  );
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `DKIM-Signature: ${text}${signature.toString('base64')}\r\n${head}\r\n${body}`;
}
