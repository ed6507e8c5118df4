import { describe, expect, it } from 'vitest';
import { limitReached } from '../../../../../src-renderer/screens/compose/limits.ts';
import { readFile } from '../../../../../src-renderer/screens/compose/read-file.ts';

describe('the limit of what goes along', () => {
  const limits = { messageSize: 25_000_000, attachments: 25_000_000 };

  it("is the server's as soon as the files are too much for it as they are transferred", () => {
    expect(limitReached([{ size: 18_000_000 }], limits)).toBeUndefined();
    expect(limitReached([{ size: 10_000_000 }, { size: 9_000_000 }], limits)).toEqual({
      kind: 'server',
      limit: 25_000_000,
    });
  });

  it("is the program's where the server has told none", () => {
    expect(limitReached([{ size: 26_000_000 }], { attachments: 25_000_000 })?.kind).toBe('program');
    expect(limitReached([{ size: 26_000_000 }], { messageSize: 0, attachments: 25_000_000 })?.kind).toBe(
      'program',
    );
    expect(limitReached([{ size: 26_000_000 }], undefined)).toBeUndefined();
  });
});

describe('a file that is read in', () => {
  it('comes whole, and not at all when it cannot be read', async () => {
    const bytes = new Uint8Array(9_000).fill(7);
    expect(await readFile(new Blob([bytes]), () => true)).toEqual(bytes);
    const gone = new Blob(['x']);
    gone.stream = () => {
      throw new Error('gone');
    };
    expect(await readFile(gone, () => true)).toBeUndefined();
  });
});
