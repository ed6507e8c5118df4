import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../../src-renderer/commands/command-table.ts';
import {
  createKeyReader,
  type KeyStroke,
  PAIR_MS,
  writeStroke,
} from '../../../../src-renderer/commands/keys.ts';

const stroke = (key: string, held: Partial<KeyStroke> = {}): KeyStroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('keys', () => {
  it('run their command', () => {
    const read = createKeyReader();
    expect(read(stroke('e'), 0)).toBe('archive');
    expect(read(stroke('U', { shiftKey: true }), 0)).toBe('unread');
    expect(read(stroke('r', { ctrlKey: true }), 0)).toBe('reply');
    expect(read(stroke('R', { metaKey: true, shiftKey: true }), 0)).toBe('reply-all');
    expect(read(stroke('F5'), 0)).toBe('get-mail');
    expect(read(stroke('N', { ctrlKey: true, shiftKey: true }), 0)).toBe('get-mail');
  });

  it('count signs as the keyboard makes them, with Shift or without', () => {
    const read = createKeyReader();
    expect(read(stroke('#', { shiftKey: true }), 0)).toBe('trash');
    expect(read(stroke('#'), 0)).toBe('trash');
    expect(read(stroke('?', { shiftKey: true }), 0)).toBe('help');
  });

  it('run nothing with a modifier that is not theirs', () => {
    const read = createKeyReader();
    expect(read(stroke('e', { ctrlKey: true }), 0)).toBeUndefined();
    expect(read(stroke('e', { altKey: true }), 0)).toBeUndefined();
  });

  it('go somewhere as a pair, while the second comes in time', () => {
    const read = createKeyReader();
    expect(read(stroke('g'), 0)).toBeUndefined();
    expect(read(stroke('i'), PAIR_MS)).toBe('inboxes');
    expect(read(stroke('g'), 5000)).toBeUndefined();
    expect(read(stroke('s'), 5001 + PAIR_MS)).toBe('star');
  });

  it('after a broken pair mean what they mean alone', () => {
    const read = createKeyReader();
    read(stroke('g'), 0);
    expect(read(stroke('e'), 1)).toBe('archive');
  });

  it('belong to one command each', () => {
    const keys = Object.values(COMMANDS).flatMap((command) => [...command.keys]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are written with Shift only where it is not in the sign already', () => {
    expect(writeStroke(stroke('!', { shiftKey: true }))).toBe('!');
    expect(writeStroke(stroke('F', { ctrlKey: true, shiftKey: true }))).toBe('Mod+Shift+f');
  });
});
