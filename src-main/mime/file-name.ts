import { UNNAMED_CALENDAR } from '../../src-shared/text/unnamed-calendar.ts';

/** Longest name in bytes of UTF-8: every file system takes 255, and something may be added to it, like " (2)". */
const MOST_BYTES = 200;
const MOST_EXTENSION_BYTES = 40;
/** Characters. */
const LOOKED_AT = 2_000;

const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

const CALENDAR = /^(?:text\/calendar|application\/ics)$/;

const EXTENSIONS = new Map([
  ['application/pdf', 'pdf'],
  ['application/zip', 'zip'],
  ['image/gif', 'gif'],
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['message/rfc822', 'eml'],
  ['text/csv', 'csv'],
  ['text/html', 'html'],
  ['text/plain', 'txt'],
  ['text/vcard', 'vcf'],
]);

/**
 * A name under which a file can be shown and written on every system: the last part of a path, with nothing invisible,
 * nothing that turns the reading direction (`exe.fdp`), nothing that a shell or a system reads as more than a name,
 * at most 200 bytes with its extension kept. `ordinal` (from 1) makes a name where there is none.
 */
export function harmlessFileName(
  name: string | null | undefined,
  contentType: string,
  ordinal: number,
): string {
  // Only the end matters, where the last part of a path is; a name may come with megabytes.
  const base = (name ?? '')
    .slice(-LOOKED_AT)
    .normalize('NFC')
    .replace(/[\p{Zs}\p{Zl}\p{Zp}\t\r\n\v\f]+/gu, ' ')
    // Cs: half a character; Co and Cn could be drawn as anything.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u115f\u1160\u2800\u3164\uffa0]/gu, '')
    .split(/[/\\]/)
    .filter((part) => !/^[. ]*$/.test(part))
    .at(-1);
  const plain = (base ?? '')
    .replace(/[<>:"|?*%$`]/g, '_')
    .replace(/ +/g, ' ')
    .replace(/^[\s.~-]+/, (start) => (start.trim() === '' ? '' : '_'))
    .replace(/[\s.]+$/, '')
    // `X.pdf     .exe` would push its extension out of sight.
    .replace(/ +(?=\.[^.]*$)/, '');
  if (plain === '' || plain === '_') {
    if (CALENDAR.test(contentType)) return UNNAMED_CALENDAR;
    return `attachment-${ordinal}.${EXTENSIONS.get(contentType) ?? 'bin'}`;
  }
  return shorten(RESERVED.test(plain) ? `_${plain}` : plain);
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  if (Buffer.byteLength(extension) > MOST_EXTENSION_BYTES) return cutToBytes(name, MOST_BYTES);
  return (
    cutToBytes(name.slice(0, dot > 0 ? dot : undefined), MOST_BYTES - Buffer.byteLength(extension)) +
    extension
  );
}

/** The longest beginning of a text that has at most so many bytes and no half character at its end. */
function cutToBytes(text: string, most: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return kept.trimEnd();
}

/** A media type as it may be handed on (RFC 2045 §5.1), else the one that says nothing. */
export function plainContentType(contentType: string): string {
  const type = contentType.toLowerCase();
  return /^[a-z0-9][\w.+-]{0,60}\/[a-z0-9][\w.+-]{0,80}$/.test(type) ? type : 'application/octet-stream';
}
