/** How often the progress is told, at most. */
const TELL_MS = 60;

/**
 * Reads a file in pieces. `onRead` hears how many bytes are here and answers whether to go on. Undefined when it cannot be read
 * (it is gone, or a folder) or when it was stopped.
 */
export async function readFile(
  file: Blob,
  onRead: (bytes: number) => boolean,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const content = new Uint8Array(file.size);
    const reader = file.stream().getReader();
    let at = 0;
    let told = performance.now();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      content.set(value, at);
      at += value.length;
      if (performance.now() - told < TELL_MS) continue;
      told = performance.now();
      if (!onRead(at)) {
        await reader.cancel();
        return undefined;
      }
    }
    return at === content.length ? content : undefined;
  } catch {
    return undefined; // gone, changed while it was read, or a folder
  }
}
