/** Bytes that come piece by piece: from a server, out of the store, towards a file. */

/** Takes the next piece; the one after it comes when this is done. May throw to end it. */
export type Write = (piece: Uint8Array) => void | Promise<void>;

/** Everything that is written, in one piece. Throws what `tooLarge` makes as soon as it is more than `most` bytes. */
export async function inOnePiece(
  writeTo: (write: Write) => Promise<void>,
  most: number,
  tooLarge: () => Error,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  await writeTo((piece) => {
    size += piece.length;
    if (size > most) throw tooLarge();
    pieces.push(piece);
  });
  return Buffer.concat(pieces);
}

/** The beginning of what is written, at most `most` bytes of it; what is behind is not asked for. Throws what `writeTo` throws. */
export async function beginningOf(
  writeTo: (write: Write) => Promise<void>,
  most: number,
): Promise<{ content: Buffer<ArrayBuffer>; isCut: boolean }> {
  const enough = new Error('enough');
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    await writeTo((piece) => {
      pieces.push(piece);
      size += piece.length;
      if (size > most) throw enough;
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
  return { content: Buffer.concat(pieces).subarray(0, most), isCut: size > most };
}
