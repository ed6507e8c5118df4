/** Looks for words in everything below a folder, as a thief with a hex editor would, and in the memory of a window. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Program } from '../../scripts/lib/launch-program.mjs';

/** The forms in which a word may stand in a file: as it is, as Windows and V8 write it, and in base64 at each of its three offsets. */
export function formsOf(word: string): Buffer[] {
  const bytes = Buffer.from(word, 'utf8');
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The characters at both ends also hold bits of what stands beside the word.
    return Buffer.from(text.slice(offset === 0 ? 0 : offset + 1, -1));
  });
  const utf16 = Buffer.from(word, 'utf16le');
  return [bytes, utf16, Buffer.from(utf16).swap16(), Buffer.from(bytes.toString('hex')), ...base64];
}

export function holds(content: Buffer, words: readonly string[]): boolean {
  const forms = words.flatMap(formsOf);
  if (forms.some((form) => content.includes(form))) return true;
  const isGzip = content[0] === 0x1f && content[1] === 0x8b;
  return isGzip && holds(gunzipSync(content), words);
}

/** The files below the folders in which one of the words stands; and how many files were read. */
export function scan(
  folders: readonly string[],
  words: readonly string[],
): { found: string[]; read: number } {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile()),
  );
  return { found: files.filter((file) => holds(readFileSync(file), words)), read: files.length };
}

/** What the window's page has in memory, as V8 writes it out. */
export async function heapOf({ page }: Program): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk));
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return Buffer.from(chunks.join(''));
}
