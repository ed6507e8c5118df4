import { expect, it } from 'vitest';
import { LIMITS } from '../../../../src-main/base/limits.ts';
import { attachContent, pictureOf } from '../../../../src-main/writing/draft-pictures.ts';
import type { DraftId } from '../../../../src-shared/model/ids.ts';
import { ACCOUNT, addAccount, only, openTestStore } from '../store/test-store.ts';

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function world() {
  const { store } = openTestStore();
  addAccount(store);
  const people = { to: [], cc: [], bcc: [] };
  const { draftId } = store.drafts.create({ accountId: ACCOUNT, ...people, subject: '', text: '' });
  const attach = (filename: string, content: Uint8Array, inText: boolean, contentType = 'text/html') =>
    attachContent(store, { draftId, filename, contentType, content, inText });
  return { store, draftId, attach };
}

it('a pasted picture is what its bytes say, under an id that says nothing of this computer', () => {
  const { store, draftId, attach } = world();
  const first = only(attach('../../evil.html', PICTURE, true).attachments);
  expect(first).toMatchObject({
    filename: expect.stringMatching(/^[^/\\]+\.png$/),
    contentType: 'image/png',
  });
  expect(first.contentId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}@latchkey\.invalid$/);
  const [, second] = attach('', PICTURE, true).attachments;
  expect(second?.contentId).not.toBe(first.contentId);
  expect(pictureOf(store, draftId, first.part).url).toBe(
    `data:image/png;base64,${PICTURE.toString('base64')}`,
  );
});

it('what is no picture does not come into the text, and is not shown as one', () => {
  const { store, draftId, attach } = world();
  const page = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
  expect(() => attach('a.svg', page, true, 'image/svg+xml')).toThrow(
    expect.objectContaining({ code: 'input-invalid' }),
  );
  const { part } = only(attach('a.svg', page, false).attachments);
  expect(() => pictureOf(store, draftId, part)).toThrow(
    expect.objectContaining({ code: 'preview-unavailable' }),
  );
  expect(() => pictureOf(store, draftId, 9)).toThrow(expect.objectContaining({ code: 'not-found' }));
});

it('a dropped file keeps its name, harmless, and one too many is refused as a whole', () => {
  const { store, draftId, attach } = world();
  expect(only(attach('C:\\plans\\plan\u202Efdp.exe', Buffer.from('x'), false).attachments).filename).toMatch(
    /^[^\\/\u202E]+\.exe$/,
  );
  const large = new Uint8Array(LIMITS.draftAttachments);
  expect(() => attach('b', large, false)).toThrow(expect.objectContaining({ code: 'attachment-too-large' }));
  expect(store.drafts.get(draftId)?.attachments).toHaveLength(1);
  const missing = {
    draftId: 'none' as DraftId,
    filename: 'a',
    contentType: 'a/b',
    content: PICTURE,
    inText: true,
  };
  expect(() => attachContent(store, missing)).toThrow(expect.objectContaining({ code: 'not-found' }));
});
