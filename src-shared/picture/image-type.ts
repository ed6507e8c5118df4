/** Larger pictures take gigabytes once they are drawn. */
const MOST_PIXELS = 50_000_000;

/**
 * The type of a picture by its first bytes, whatever it is called: png, jpeg, gif or webp. Undefined for everything else
 * (SVG runs scripts and loads files), and for a picture that says it is larger than 50 million pixels.
 */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = readPng(data) ?? readGif(data) ?? readWebp(data) ?? readJpeg(data);
  return found && found.width * found.height <= MOST_PIXELS ? found.type : undefined;
}

function textAt(data: DataView, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(data.getUint8(at));
  return text;
}

type Picture = { type: string; width: number; height: number };

function readPng(data: DataView): Picture | undefined {
  if (data.byteLength < 24 || textAt(data, 0, 8) !== '\x89PNG\r\n\x1a\n') return undefined;
  return { type: 'image/png', width: data.getUint32(16), height: data.getUint32(20) };
}

function readGif(data: DataView): Picture | undefined {
  if (data.byteLength < 10 || !/^GIF8[79]a$/.test(textAt(data, 0, 6))) return undefined;
  return { type: 'image/gif', width: data.getUint16(6, true), height: data.getUint16(8, true) };
}

function readWebp(data: DataView): Picture | undefined {
  if (data.byteLength < 30 || textAt(data, 0, 4) !== 'RIFF' || textAt(data, 8, 12) !== 'WEBP') {
    return undefined;
  }
  const type = 'image/webp';
  switch (textAt(data, 12, 16)) {
    case 'VP8X':
      return {
        type,
        width: (data.getUint32(24, true) & 0xffffff) + 1,
        height: (data.getUint32(27, true) & 0xffffff) + 1,
      };
    case 'VP8L': {
      const bits = data.getUint32(21, true);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { type, width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff };
    default:
      return undefined;
  }
}

/** Walks from segment to segment to the frame header (ITU T.81 B.2.2). */
function readJpeg(data: DataView): Picture | undefined {
  if (data.byteLength < 4 || data.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 < data.byteLength && data.getUint8(at) === 0xff) {
    const marker = data.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { type: 'image/jpeg', width: data.getUint16(at + 7), height: data.getUint16(at + 5) };
    at += 2 + data.getUint16(at + 2);
  }
  return undefined;
}
