import { describe, expect, it } from 'vitest';
import { stepZoom } from '../../../../../src-renderer/screens/reader/reader-zoom.ts';
import { readRecipients } from '../../../../../src-renderer/screens/reader/redirect-dialog.tsx';
import { locate } from '../../../../../src-renderer/screens/reader/use-find.ts';
import type { MessageId } from '../../../../../src-shared/model/ids.ts';

const ids = [1, 2, 3] as MessageId[];

describe('what is found in a thread', () => {
  it('is counted through its messages in their order', () => {
    const counts = ids.map((id, index) => [id, [2, 0, 3][index] ?? 0] as const);
    expect([0, 1, 2, 4].map((at) => locate(counts, at))).toEqual([
      { messageId: 1, at: 0 },
      { messageId: 1, at: 1 },
      { messageId: 3, at: 0 },
      { messageId: 3, at: 2 },
    ]);
    expect(locate(counts, 5)).toBeUndefined();
  });
});

describe('the text size', () => {
  it('goes by steps, ends at both ends and comes back', () => {
    expect(stepZoom(1, 'in')).toBe(1.1);
    expect(stepZoom(1, 'out')).toBe(0.9);
    expect(stepZoom(3, 'in')).toBe(3);
    expect(stepZoom(0.5, 'out')).toBe(0.5);
    expect(stepZoom(2, 'reset')).toBe(1);
  });
});

describe('a message that is redirected', () => {
  it('goes to addresses as a person types them; what is none is named', () => {
    expect(readRecipients('Jo <jo@x.example>, max@y.example;\n').people).toEqual([
      { name: 'Jo', address: 'jo@x.example' },
      { name: '', address: 'max@y.example' },
    ]);
    expect(readRecipients('jo@x.example, nobody').bad).toEqual(['nobody']);
    expect(readRecipients(' , ').people).toEqual([]);
  });
});
