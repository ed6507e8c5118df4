/** Larger pictures take gigabytes once they are drawn. */
const MOST_PIXELS = 50_000_000;

/**
 * The type of a picture by its first bytes, whatever it is called: png, jpeg, gif or webp. Undefined for everything else
 * (SVG runs scripts and loads files), and for a picture that says it is larger than 50 million pixels.
 */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = readPng(data) ?? readGif(data) ?? readWebp(data) ?? readJpeg(data);
  return found && found.width * found.height <= MOST_PIXELS ? found.type : undefined;
}

type Picture = { type: string; width: number; height: number };

function readPng(data: Buffer): Picture | undefined {
  if (data.length < 24 || data.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') return undefined;
  return { type: 'image/png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

function readGif(data: Buffer): Picture | undefined {
  if (data.length < 10 || !/^GIF8[79]a$/.test(data.toString('latin1', 0, 6))) return undefined;
  return { type: 'image/gif', width: data.readUInt16LE(6), height: data.readUInt16LE(8) };
}

function readWebp(data: Buffer): Picture | undefined {
  if (
    data.length < 30 ||
    data.toString('latin1', 0, 4) !== 'RIFF' ||
    data.toString('latin1', 8, 12) !== 'WEBP'
  ) {
    return undefined;
  }
  const type = 'image/webp';
  switch (data.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { type, width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      const bits = data.readUInt32LE(21);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { type, width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff };
    default:
      return undefined;
  }
}

/** Walks from segment to segment to the frame header (ITU T.81 B.2.2). */
function readJpeg(data: Buffer): Picture | undefined {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 < data.length && data[at] === 0xff) {
    const marker = data[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame)
      return { type: 'image/jpeg', width: data.readUInt16BE(at + 7), height: data.readUInt16BE(at + 5) };
    at += 2 + data.readUInt16BE(at + 2);
  }
  return undefined;
}
