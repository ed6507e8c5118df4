/** Content-Transfer-Encodings (RFC 2045 §6) undone piece by piece: what a piece leaves over waits for the next one. */

export type TransferDecoder = {
  decode(piece: Uint8Array): Uint8Array;
  /** What is left when everything has come. */
  end(): Uint8Array;
};

const NOTHING = new Uint8Array();

/** An encoding that nobody knows is handed on as it is. */
export function createTransferDecoder(encoding: string): TransferDecoder {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return base64Decoder();
    case 'quoted-printable':
      return quotedPrintableDecoder();
    default:
      return { decode: (piece) => piece, end: () => NOTHING };
  }
}

function base64Decoder(): TransferDecoder {
  let left = '';
  return {
    decode(piece) {
      const text =
        left +
        Buffer.from(piece)
          .toString('latin1')
          .replace(/[^A-Za-z0-9+/]/g, '');
      const whole = text.length - (text.length % 4);
      left = text.slice(whole);
      return Buffer.from(text.slice(0, whole), 'base64');
    },
    end: () => Buffer.from(left, 'base64'),
  };
}

function quotedPrintableDecoder(): TransferDecoder {
  let left = '';
  const decoded = (text: string) =>
    Buffer.from(
      text
        // White space at the end of a line was put there on the way (§6.7, rule 3); a soft line break is none. Each run is read once:
        // with a look ahead instead, a million spaces without an end of line would be read a million times.
        .replace(/[ \t]+(\r?\n)?/g, (run, end?: string) => end ?? run)
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    );
  return {
    decode(piece) {
      const text = left + Buffer.from(piece).toString('latin1');
      // Cut at the end of a line, or where no "=" or white space is begun.
      const cut = Math.max(text.lastIndexOf('\n') + 1, text.length > 10_000 ? safeCut(text) : 0);
      left = text.slice(cut);
      return decoded(text.slice(0, cut));
    },
    end: () => decoded(left),
  };
}

/** More white space than this was not put there on the way: it is handed on instead of being held. */
const MOST_HELD = 10_000;

/** The end of the text without a begun "=XY" or white space that may be followed by the end of the line. */
function safeCut(text: string): number {
  let cut = text.length;
  while (cut > 0 && cut > text.length - MOST_HELD && ' \t\r'.includes(text.charAt(cut - 1))) cut -= 1;
  if (text.charAt(cut - 1) === '=') return cut - 1;
  return cut === text.length && /^=[0-9A-Fa-f]$/.test(text.slice(-2)) ? cut - 2 : cut;
}
