// @ts-check
// Mailboxes in memory, and what a server says of them: just enough of RFC 9051 for a client that behaves well.

/** @typedef {{ uid: number, flags: Set<string>, raw: string, modseq: number, internalDate: Date }} ScriptedMessage */
/**
 * `messages` in the order of their UIDs.
 * @typedef {object} ScriptedMailbox
 * @property {string} path
 * @property {string} [specialUse] with its backslash
 * @property {number} uidValidity
 * @property {number} uidNext
 * @property {number} highestModseq
 * @property {ScriptedMessage[]} messages
 */

/**
 * @param {string} path
 * @param {string} [specialUse]
 * @returns {ScriptedMailbox}
 */
export function newMailbox(path, specialUse) {
  return {
    path,
    ...(specialUse !== undefined && { specialUse }),
    uidValidity: 1,
    uidNext: 1,
    highestModseq: 1,
    messages: [],
  };
}

/**
 * @param {ScriptedMailbox} mailbox
 * @param {string} raw
 * @param {{ flags?: Iterable<string>, internalDate?: Date }} [options]
 */
export function addMessage(mailbox, raw, { flags = [], internalDate = new Date() } = {}) {
  mailbox.highestModseq += 1;
  const message = {
    uid: mailbox.uidNext,
    flags: new Set(flags),
    raw,
    modseq: mailbox.highestModseq,
    internalDate,
  };
  mailbox.uidNext += 1;
  mailbox.messages.push(message);
  return message;
}

/**
 * The messages that a set of numbers names (RFC 9051 §9, sequence-set), by UID or by position.
 * @param {ScriptedMessage[]} messages
 * @param {string} set
 * @param {boolean} isUid
 */
export function inSet(messages, set, isUid) {
  const last = isUid ? (messages.at(-1)?.uid ?? 0) : messages.length;
  const ranges = set.split(',').map((range) => {
    const [from = '0', to = from] = range.split(':');
    const ends = [from, to].map((one) => (one === '*' ? last : Number(one)));
    return { low: Math.min(...ends), high: Math.max(...ends) };
  });
  return messages.filter((message, index) => {
    const number = isUid ? message.uid : index + 1;
    return ranges.some(({ low, high }) => number >= low && number <= high);
  });
}

/**
 * The items of a FETCH answer.
 * @param {ScriptedMessage} message
 * @param {string} asked the items as the client wrote them
 * @param {boolean} withUid
 */
export function fetchItems(message, asked, withUid) {
  const items = [];
  if (withUid || /\bUID\b/i.test(asked)) items.push(`UID ${message.uid}`);
  if (/\bFLAGS\b/i.test(asked) || /\b(ALL|FAST)\b/.test(asked))
    items.push(`FLAGS (${[...message.flags].join(' ')})`);
  if (/\bMODSEQ\b/i.test(asked) || /CHANGEDSINCE/i.test(asked)) items.push(`MODSEQ (${message.modseq})`);
  if (/\bINTERNALDATE\b/i.test(asked)) items.push(`INTERNALDATE "${internalDate(message.internalDate)}"`);
  if (/\bRFC822\.SIZE\b/i.test(asked)) items.push(`RFC822.SIZE ${Buffer.byteLength(message.raw)}`);
  if (/\bENVELOPE\b/i.test(asked)) items.push(`ENVELOPE ${envelope(message.raw)}`);
  if (/\bBODYSTRUCTURE\b/i.test(asked)) {
    const body = bodyOf(message.raw);
    const lines = body.split('\r\n').length - 1;
    items.push(
      `BODYSTRUCTURE ("text" "plain" ("charset" "utf-8") NIL NIL "7bit" ${Buffer.byteLength(body)} ${lines} NIL NIL NIL NIL)`,
    );
  }
  for (const [, section = '', start] of asked.matchAll(
    /BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)(?:\.\d+)?>)?/gi,
  )) {
    const [, from = '0', length = `${Number.MAX_SAFE_INTEGER}`] =
      /<(\d+)\.(\d+)>/.exec(asked.slice(asked.indexOf(`[${section}]`))) ?? [];
    const text = sectionOf(message.raw, section).slice(Number(from), Number(from) + Number(length));
    items.push(
      `BODY[${section}]${start === undefined ? '' : `<${from}>`} {${Buffer.byteLength(text)}}\r\n${text}`,
    );
  }
  return items.join(' ');
}

/** @param {string} raw */
const headOf = (raw) => raw.slice(0, raw.indexOf('\r\n\r\n') + 4);
/** @param {string} raw */
const bodyOf = (raw) => raw.slice(raw.indexOf('\r\n\r\n') + 4);

/**
 * @param {string} raw
 * @param {string} section
 */
function sectionOf(raw, section) {
  if (section === '') return raw;
  if (/^HEADER$/i.test(section) || /^1?\.?MIME$/i.test(section)) return headOf(raw);
  if (/^(TEXT|1)$/i.test(section)) return bodyOf(raw);
  const [, names = ''] = /^HEADER\.FIELDS \(([^)]*)\)/i.exec(section) ?? [];
  const wanted = names.toLowerCase().replaceAll('"', '').split(' ');
  const fields = headOf(raw)
    .split(/\r\n(?![ \t])/)
    .filter((field) => wanted.includes(field.split(':')[0]?.toLowerCase() ?? ''));
  return `${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
}

/** @param {string} raw @param {string} name */
export function headerOf(raw, name) {
  const field = headOf(raw)
    .split(/\r\n(?![ \t])/)
    .find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return field?.slice(name.length + 1).trim();
}

/** RFC 9051 §7.5.2. @param {string} raw */
function envelope(raw) {
  /** @param {string} name */
  const people = (name) => {
    const [, local, host] = /([^<\s]+)@([^>\s]+)/.exec(headerOf(raw, name) ?? '') ?? [];
    return local === undefined ? 'NIL' : `((NIL NIL "${local}" "${host}"))`;
  };
  const from = people('From');
  return `(${[text(headerOf(raw, 'Date')), text(headerOf(raw, 'Subject')), from, from, from, people('To'), people('Cc'), 'NIL', text(headerOf(raw, 'In-Reply-To')), text(headerOf(raw, 'Message-ID'))].join(' ')})`;
}

/** @param {string | undefined} value */
const text = (value) => (value === undefined ? 'NIL' : `"${value.replace(/["\\]/g, '\\$&')}"`);

/** @param {Date} date */
function internalDate(date) {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}
