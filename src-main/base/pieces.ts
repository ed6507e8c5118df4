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
