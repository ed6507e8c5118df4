// @ts-check
// A mailbox out of a seed: the same (n, seed) gives the same mail, message by message, as sources for a server and as envelopes
// for the store. Per message 17 kB on average: 60 % HTML with text, 30 % text, 10 % with attachments of 20 to 300 kB; six charsets;
// threads from 1 to 120 messages over five years; words by Zipf's law, so that an index has common and rare ones.
import { Buffer } from 'node:buffer';
import { wordsOf } from './corpus-words.mjs';

/** Part of the name of whatever is kept of a corpus. */
export const CORPUS_VERSION = 1;
/** Stands in every 997th text and nowhere else. */
export const RARE_WORD = 'zyzzyvaquux';
export const NEWEST = Date.UTC(2026, 9, 1);

const DAY = 86_400_000;
const SPAN = 5 * 365 * DAY;
const LONGEST_THREAD = 120;
const REFERENCES_MOST = 12;
const OWN = { name: 'Bench User', address: 'user@bench.test' };
const TYPES = [
  ['application/pdf', 'pdf'],
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['application/zip', 'zip'],
];

/** @typedef {{ name: string, address: string }} Person */
/**
 * @typedef {object} CorpusMessage
 * @property {number} index from 0, oldest first; the UID is one more
 * @property {string[]} flags
 * @property {number} internalDate
 * @property {string} messageIdHeader
 * @property {string[]} inReplyTo
 * @property {string[]} references
 * @property {string} subject
 * @property {number} date
 * @property {Person[]} from
 * @property {Person[]} to
 * @property {Person[]} cc
 * @property {'alternative' | 'plain' | 'attachment'} kind
 */

/** @param {{ n: number, seed: number }} options */
export function createCorpus({ n, seed }) {
  const words = wordsOf(seed);
  const plan = planThreads(n, seed);
  /** @param {number} index */
  const idOf = (index) => `<${index}.${plan.thread[index]}.${seed}@bench.example>`;

  /** @param {number} index @returns {CorpusMessage} */
  const message = (index) => {
    const pick = words.picker(index);
    const time = (plan.time[index] ?? 0) * 1000;
    const parent = plan.parent[index] ?? -1;
    /** @type {string[]} */
    const references = [];
    for (let at = parent; at >= 0; at = plan.parent[at] ?? -1) references.unshift(idOf(at));
    const kind = pick.number();
    const subject = words.subject(plan.thread[index] ?? 0);
    const isUnread = pick.number() < 0.25;
    return {
      index,
      flags: [...(isUnread ? [] : ['\\Seen']), ...(pick.number() < 0.03 ? ['\\Flagged'] : [])],
      internalDate: time,
      messageIdHeader: idOf(index),
      inReplyTo: parent < 0 ? [] : [idOf(parent)],
      references:
        references.length > REFERENCES_MOST
          ? [...references.slice(0, 1), ...references.slice(1 - REFERENCES_MOST)]
          : references,
      subject: parent < 0 ? subject : `Re: ${subject}`,
      date: time,
      from: [pick.person()],
      to: pick.number() < 0.2 ? [OWN, pick.person()] : [OWN],
      cc: pick.number() < 0.12 ? [pick.person(), pick.person()] : [],
      kind: kind < 0.6 ? 'alternative' : kind < 0.9 ? 'plain' : 'attachment',
    };
  };

  return {
    n,
    message,
    /** As a server's FETCH tells it. @param {number} index */
    envelope(index) {
      const { kind, index: _index, ...head } = message(index);
      const size = kind === 'attachment' ? 90_000 : kind === 'plain' ? 5_000 : 12_000;
      return {
        ...head,
        uid: index + 1,
        modseq: BigInt(index + 1),
        size: size + (index % 4096),
        bcc: [],
        replyTo: [],
        hasAttachments: kind === 'attachment',
      };
    },
    /** The whole message, lines ending in CRLF. @param {number} index @returns {Buffer} */
    source: (index) => writeSource(message(index), words),
    /** Some words of a message, for an index without sources. @param {number} index @param {number} count */
    text: (index, count = 45) =>
      `${words.picker(index + n).words(count)}${index % 997 === 500 ? ` ${RARE_WORD}` : ''}`,
  };
}

/**
 * Which message answers which, in order of time. Two threads of three have one message, few have a hundred.
 * @param {number} n
 * @param {number} seed
 */
function planThreads(n, seed) {
  const pick = wordsOf(seed).picker(-1);
  const rows = new Float64Array(n);
  const thread = new Uint32Array(n);
  for (let made = 0, number = 0; made < n; number += 1) {
    const length = Math.min(n - made, LONGEST_THREAD, Math.floor(1 / Math.max(pick.number(), 1e-9) ** 0.65));
    let time = NEWEST - SPAN * pick.number();
    for (let k = 0; k < length; k += 1, made += 1) {
      rows[made] = time;
      thread[made] = number;
      time = Math.min(NEWEST, time + pick.number() ** 3 * 6 * DAY + 60_000);
    }
  }
  const order = Uint32Array.from({ length: n }, (_, index) => index).sort(
    (a, b) => (rows[a] ?? 0) - (rows[b] ?? 0) || a - b,
  );
  const parent = new Int32Array(n).fill(-1);
  /** @type {Map<number, number>} */
  const last = new Map();
  order.forEach((row, index) => {
    const of = thread[row] ?? 0;
    parent[index] = last.get(of) ?? -1;
    // Some answer an older message than the last.
    if (!last.has(of) || pick.number() < 0.8) last.set(of, index);
  });
  return {
    parent,
    thread: Uint32Array.from(order, (row) => thread[row] ?? 0),
    time: Uint32Array.from(order, (row) => Math.floor((rows[row] ?? 0) / 1000)),
  };
}

/**
 * @param {CorpusMessage} message
 * @param {ReturnType<typeof wordsOf>} words
 */
function writeSource(message, words) {
  const pick = words.picker(message.index + 0.5);
  const charset = words.charset(pick);
  const boundary = `=_${message.index}_${pick.whole(1e6, 9e6)}`;
  const paragraphs = pick.whole(2, message.kind === 'plain' ? 16 : 6);
  let text = '';
  for (let k = 0; k < paragraphs; k += 1) text += `${words.paragraph(pick, charset)}\r\n\r\n`;
  if (message.inReplyTo.length > 0)
    text += `On ${rfcDate(message.date - DAY)} they wrote:\r\n> ${words.sentence(pick, charset)}\r\n`;
  if (message.index % 997 === 500) text += `\r\nThe rare word here is ${RARE_WORD}.\r\n`;
  /** @param {string} type @param {string} content */
  const part = (type, content) => words.encode(pick, charset, type, content);
  /** @param {string} kind @param {string} mark @param {Buffer[]} parts */
  const multipart = (kind, mark, parts) =>
    Buffer.concat([
      Buffer.from(`Content-Type: multipart/${kind}; boundary="${mark}"\r\n\r\n`),
      ...parts.flatMap((one) => [Buffer.from(`--${mark}\r\n`), one, Buffer.from('\r\n')]),
      Buffer.from(`--${mark}--\r\n`),
    ]);
  const alternative = () =>
    multipart('alternative', `${boundary}a`, [
      part('text/plain', text),
      part('text/html', words.html(pick, charset)),
    ]);
  let body;
  if (message.kind === 'plain') body = part('text/plain', text);
  else if (message.kind === 'alternative') body = alternative();
  else {
    const [type = '', extension = ''] = TYPES[pick.whole(0, TYPES.length - 1)] ?? [];
    const name = `${pick.word()}-${pick.whole(1, 999)}.${extension}`;
    const bytes = pick.bytes(Math.floor(20_000 * 15 ** (pick.number() ** 1.9)));
    const file = Buffer.from(
      `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n` +
        `Content-Transfer-Encoding: base64\r\n\r\n${lines(bytes)}`,
    );
    const first = pick.number() < 0.5 ? alternative() : part('text/plain', text);
    body = multipart('mixed', boundary, [first, file]);
  }
  return Buffer.concat([Buffer.from(headOf(message, pick, words, charset)), body]);
}

/**
 * @param {CorpusMessage} message
 * @param {import('./corpus-words.mjs').Picker} pick
 * @param {ReturnType<typeof wordsOf>} words
 * @param {string} charset
 */
function headOf(message, pick, words, charset) {
  const [from = OWN] = message.from;
  const domain = from.address.split('@')[1];
  const head = [`Return-Path: <${from.address}>`, `Delivered-To: ${OWN.address}`];
  for (let hop = pick.whole(1, 3); hop > 0; hop -= 1) {
    head.push(
      `Received: from mx${hop}.${domain} (mx${hop} [192.0.2.${pick.whole(1, 254)}])\r\n\tby relay${hop}.bench.test with ESMTPS id ${pick.whole(1e9, 9e9).toString(36)}\r\n\tfor <${OWN.address}>; ${rfcDate(message.date + 3000)}`,
    );
  }
  if (message.kind === 'alternative') {
    head.push(
      `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=s1;\r\n\th=from:to:subject:date; bh=${pick.bytes(32).toString('base64')};\r\n\tb=${lines(pick.bytes(192)).replaceAll('\r\n', '\r\n\t ')}`,
      `List-Unsubscribe: <https://lists.example/unsubscribe/${pick.whole(1e6, 9e6)}>`,
    );
  }
  const people = (/** @type {Person[]} */ list) => list.map((one) => words.address(one)).join(',\r\n ');
  head.push(`Date: ${rfcDate(message.date)}`, `From: ${people(message.from)}`, `To: ${people(message.to)}`);
  if (message.cc.length > 0) head.push(`Cc: ${people(message.cc)}`);
  head.push(
    `Subject: ${words.encodedWord(message.subject, charset)}`,
    `Message-ID: ${message.messageIdHeader}`,
  );
  if (message.inReplyTo.length > 0) {
    head.push(
      `In-Reply-To: ${message.inReplyTo.join(' ')}`,
      `References: ${message.references.join('\r\n ')}`,
    );
  }
  return `${head.join('\r\n')}\r\nMIME-Version: 1.0\r\n`;
}

/** Base64 in lines of 76. @param {Buffer} bytes */
function lines(bytes) {
  return bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
}

/** @param {number} time */
function rfcDate(time) {
  return new Date(time).toUTCString().replace('GMT', '+0000');
}
