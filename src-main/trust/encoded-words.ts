import { decoderOf } from '../base/charset.ts';

const WORD = /=\?([A-Za-z0-9_-]{1,40})(?:\*[A-Za-z0-9-]{1,20})?\?([bq])\?([^?\s]{0,2000})\?=/gi;
const BETWEEN = /(\?=)\s+(?==\?)/g;

/** Encoded words (RFC 2047) as text, once; what is inside is not read again. An unknown charset stays as it stands. */
export function decodeWords(text: string): string {
  return text
    .slice(0, 2_000)
    .replace(BETWEEN, '$1')
    .replace(WORD, (all: string, charset: string, encoding: string, content: string) => {
      const decode = decoderOf(charset);
      if (!decode) return all;
      const bytes =
        encoding.toLowerCase() === 'b'
          ? Buffer.from(content, 'base64')
          : Buffer.from(
              content
                .replaceAll('_', ' ')
                .replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
                  String.fromCharCode(Number.parseInt(hex, 16)),
                ),
              'latin1',
            );
      return decode(bytes).replace(/\p{Cc}/gu, '\ufffd');
    });
}
