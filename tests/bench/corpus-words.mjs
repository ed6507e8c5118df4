// @ts-check
// The words, people and parts that a corpus is made of, out of a seed.
import { Buffer } from 'node:buffer';
import { seededRandom } from './seeded-random.mjs';

export const COMMON_WORD = 'meeting';
const FUNCTION_WORDS =
  'the of and to in a is that for it as was with be by on not he this are or his from at which but have an had they you were their one all we can her has there been if more when will would who so no update please invoice report project team thanks order account'.split(
    ' ',
  );
const CONSONANTS = 'b c d f g h j k l m n p r s t v w z br cr dr st tr pl sh ch'.split(' ');
const VOWELS = 'a e i o u ai ea ou io'.split(' ');
const ENDINGS = ['', 'n', 'r', 's', 't', 'l', 'm', 'nd', 'st', 'ing', 'er'];
const VOCABULARY = 30_000;
const PEOPLE = 1_500;
/** Words by frequency, drawn by one look into a table. */
const DRAWS = 1 << 17;

/** What each charset is used for, with words that need it; the share is of all messages. */
const CHARSETS = [
  { name: 'utf-8', share: 0.55, foreign: ['é', '€', '日本語', 'Привет', '😀', 'ő'] },
  { name: 'us-ascii', share: 0.2, foreign: ['!'] },
  { name: 'iso-8859-1', share: 0.12, foreign: ['é', 'ü', 'ñ', 'ç', 'à'] },
  { name: 'windows-1252', share: 0.06, foreign: ['–', '“', '”', 'é'] },
  { name: 'koi8-r', share: 0.04, foreign: ['привет', 'мир', 'да'] },
  { name: 'iso-8859-15', share: 0.03, foreign: ['é', 'è', 'ø'] },
];

/**
 * Draws for one message: in whatever order messages are made, they are the same.
 * @typedef {object} Picker
 * @property {() => number} number from 0 to 1
 * @property {(low: number, high: number) => number} whole both included
 * @property {() => string} word
 * @property {(count: number) => string} words
 * @property {() => { name: string, address: string }} person
 * @property {(count: number) => Buffer} bytes
 */

/** @type {Map<number, ReturnType<typeof makeWords>>} */
const made = new Map();

/** @param {number} seed */
export function wordsOf(seed) {
  const there = made.get(seed) ?? makeWords(seed);
  made.set(seed, there);
  return there;
}

/** @param {number} seed */
function makeWords(seed) {
  const random = seededRandom(seed);
  const one = (/** @type {string[]} */ list) => list[Math.floor(random() * list.length)] ?? '';
  const vocabulary = new Set([...FUNCTION_WORDS, COMMON_WORD]);
  while (vocabulary.size < VOCABULARY) {
    let word = '';
    for (let k = 1 + Math.floor(random() * 3); k > 0; k -= 1) word += one(CONSONANTS) + one(VOWELS);
    word += one(ENDINGS);
    if (word.length > 2) vocabulary.add(word);
  }
  const all = [...vocabulary];
  const draws = drawTable(all.length, 1.05, DRAWS);
  const people = Array.from({ length: PEOPLE }, () => {
    const [first, last] = [
      capital(one(all)),
      capital(all[60 + Math.floor(random() * (all.length - 60))] ?? ''),
    ];
    const domain = all[100 + Math.floor(random() * 200)];
    return {
      name: `${first} ${last}${random() < 0.12 ? 'é' : ''}`,
      address: `${first}.${last}${Math.floor(random() * 99)}@${domain}.example`.toLowerCase(),
    };
  });
  const peopleDraws = drawTable(people.length, 1, 1 << 14);
  const pool = Buffer.from(Uint8Array.from({ length: 700_000 }, () => Math.floor(random() * 256)));

  /** @param {number} key @returns {Picker} */
  const picker = (key) => {
    const number = seededRandom(Math.imul(seed, 31) + Math.floor(key * 2) + 7);
    const whole = (/** @type {number} */ low, /** @type {number} */ high) =>
      low + Math.floor(number() * (high - low + 1));
    const word = () => all[draws[Math.floor(number() * DRAWS)] ?? 0] ?? '';
    return {
      number,
      whole,
      word,
      words: (/** @type {number} */ count) => {
        let text = word();
        for (let k = 1; k < count; k += 1) text += ` ${word()}`;
        return text;
      },
      person: () =>
        people[peopleDraws[Math.floor(number() * peopleDraws.length)] ?? 0] ?? { name: '', address: '' },
      bytes: (/** @type {number} */ count) => pool.subarray(whole(0, pool.length - count)).subarray(0, count),
    };
  };

  const sentence = (/** @type {Picker} */ pick, /** @type {string} */ charset) => {
    const foreign = CHARSETS.find(({ name }) => name === charset)?.foreign ?? [];
    const end = pick.number() < 0.35 ? ` ${foreign[pick.whole(0, foreign.length - 1)]}` : '';
    return `${capital(pick.words(pick.whole(5, 18)))}${end}.`;
  };
  const paragraph = (/** @type {Picker} */ pick, /** @type {string} */ charset) => {
    let text = sentence(pick, charset);
    for (let k = pick.whole(1, 5); k > 0; k -= 1) text += ` ${sentence(pick, charset)}`;
    return text.replace(/(.{60,74}) /g, '$1\r\n');
  };

  return {
    picker,
    sentence,
    paragraph,
    /** @param {number} thread */
    subject: (thread) => {
      const pick = picker(-2 - thread);
      return capital(pick.words(pick.whole(2, 9)));
    },
    /** @param {Picker} pick */
    charset(pick) {
      let left = pick.number();
      for (const { name, share } of CHARSETS) {
        left -= share;
        if (left < 0) return name;
      }
      return 'utf-8';
    },
    /** A newsletter. @param {Picker} pick @param {string} charset */
    html(pick, charset) {
      let rows = '';
      for (let k = pick.whole(4, 11); k > 0; k -= 1) {
        const picture =
          pick.number() < 0.4
            ? `<img src="https://img.${pick.word()}.example/${pick.whole(1, 9999)}.png" width="552" alt="${pick.word()}">`
            : '';
        rows += `\r\n<tr><td style="padding:12px 24px;border-bottom:1px solid #eee;font-size:14px;line-height:20px"><h2 style="margin:0 0 8px 0">${capital(pick.words(4))}</h2>${picture}<p style="margin:0">${paragraph(pick, charset)}</p><a class="btn" href="https://click.${pick.word()}.example/c/${pick.whole(1e6, 9e6)}/${pick.whole(1e6, 9e6)}">${capital(pick.words(2))}</a></td></tr>`;
      }
      return `<!DOCTYPE html><html><head><meta charset="${charset}"><style>body{font-family:Arial,sans-serif;color:#222}.btn{background:#0a58ca;color:#fff;padding:10px 18px}td{padding:8px}</style></head><body><table width="600" align="center" cellpadding="0" style="border:1px solid #ddd">${rows}</table></body></html>`;
    },
    /** A part with its head. @param {Picker} pick @param {string} charset @param {string} type @param {string} text */
    encode(pick, charset, type, text) {
      const bytes = inCharset(text, charset);
      const draw = pick.number();
      const encoding =
        charset === 'us-ascii' ? '7bit' : draw < 0.6 ? 'quoted-printable' : draw < 0.8 ? '8bit' : 'base64';
      const head = `Content-Type: ${type}; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
      const content =
        encoding === 'quoted-printable'
          ? Buffer.from(quotedPrintable(bytes))
          : encoding === 'base64'
            ? Buffer.from(bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n'))
            : bytes;
      return Buffer.concat([Buffer.from(head), content]);
    },
    /** @param {{ name: string, address: string }} person */
    address: ({ name, address }) =>
      `${isPlain(name) ? `"${name}"` : encodedWord(name, 'utf-8')} <${address}>`,
    encodedWord,
  };
}

/** Which of `count` ranks each of `size` draws stands for. @param {number} count @param {number} exponent @param {number} size */
function drawTable(count, exponent, size) {
  let total = 0;
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** exponent);
  for (const weight of weights) total += weight;
  const table = new Uint16Array(size);
  let rank = 0;
  let reached = (weights[0] ?? 0) / total;
  for (let draw = 0; draw < size; draw += 1) {
    while ((draw + 0.5) / size > reached && rank < count - 1) {
      rank += 1;
      reached += (weights[rank] ?? 0) / total;
    }
    table[draw] = rank;
  }
  return table;
}

/** @param {string} word */
const capital = (word) => word.slice(0, 1).toUpperCase() + word.slice(1);
/** @param {string} text */
const isPlain = (text) => /^[\x20-\x7e]*$/.test(text);

/** RFC 2047 where it is needed. @param {string} text @param {string} charset */
function encodedWord(text, charset) {
  return isPlain(text) ? text : `=?${charset}?B?${inCharset(text, charset).toString('base64')}?=`;
}

/** @type {Map<string, Map<string, number>>} */
const tables = new Map();

/** @param {string} text @param {string} charset */
function inCharset(text, charset) {
  if (charset === 'utf-8' || isPlain(text.replaceAll('\r\n', ''))) return Buffer.from(text);
  const table = tables.get(charset) ?? highHalf(charset);
  tables.set(charset, table);
  return Buffer.from(Uint8Array.from(text, (character) => table.get(character) ?? character.charCodeAt(0)));
}

/** @param {string} charset */
function highHalf(charset) {
  const decoder = new TextDecoder(charset === 'us-ascii' ? 'windows-1252' : charset);
  return new Map(Array.from({ length: 128 }, (_, k) => [decoder.decode(Uint8Array.of(128 + k)), 128 + k]));
}

/** RFC 2045 §6.7. @param {Buffer} bytes */
function quotedPrintable(bytes) {
  let text = '';
  let line = 0;
  for (let k = 0; k < bytes.length; k += 1) {
    const byte = bytes[k] ?? 0;
    if (byte === 13 && bytes[k + 1] === 10) {
      text += '\r\n';
      k += 1;
      line = 0;
      continue;
    }
    const isSafe = byte >= 32 && byte <= 126 && byte !== 61 && !(byte === 32 && bytes[k + 1] === 13);
    const written = isSafe
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    if (line + written.length > 75) {
      text += '=\r\n';
      line = 0;
    }
    text += written;
    line += written.length;
  }
  return text;
}
