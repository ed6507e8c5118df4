import { describe, expect, it } from 'vitest';
import {
  canPreview,
  filesOf,
  kindOf,
  splitName,
} from '../../../../../src-renderer/screens/reader/attachment-words.ts';

const file = { part: 0, filename: 'a.png', contentType: 'image/png', size: 1, preview: 'picture' as const };

describe('an attachment', () => {
  it('shows the true end of its name, however long that is', () => {
    for (const name of ['plan.pdf', `${'x'.repeat(300)}.pdf.exe`, 'no end', '.hidden', 'ü'.repeat(50)]) {
      const { start, end } = splitName(name);
      expect(start + end).toBe(name);
      expect(end.length).toBeLessThanOrEqual(8);
    }
    expect(splitName('invoice.pdf.exe').end).toBe('.exe');
    expect(kindOf('photo.jpeg')).toBe('JPG');
    expect(kindOf('README')).toBe('');
  });

  it('is never looked at when it is a program', () => {
    expect(canPreview(file)).toBe(true);
    expect(canPreview({ ...file, isProgram: true })).toBe(false);
    expect(canPreview({ ...file, preview: undefined } as never)).toBe(false);
  });

  it('of a report is not what the words of the report say already', () => {
    const body = {
      inlineImages: {},
      isSource: false,
      attachments: [file, { ...file, contentType: 'message/delivery-status' }],
    };
    expect(filesOf(body)).toHaveLength(2);
    expect(filesOf({ ...body, report: { kind: 'delivery', recipients: [] } })).toEqual([file]);
  });
});
