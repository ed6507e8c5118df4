import { describe, expect, it } from 'vitest';
import {
  addRecipients,
  commitTyping,
  contentOf,
  type DraftFields,
  fieldsOf,
  findObstacle,
  isEmptyDraft,
  moveRecipient,
  splitRecipients,
  writeRecipient,
} from '../../../../../src-renderer/screens/compose/draft-fields.ts';
import { draft as draftSchema } from '../../../../../src-shared/model/draft.ts';

function makeFields(change: Partial<DraftFields> = {}): DraftFields {
  const draft = draftSchema.parse({
    draftId: 'd',
    accountId: 'a',
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    text: '',
    attachments: [],
    savedAt: 0,
  });
  return { ...fieldsOf(draft), ...change };
}
const typing = (text: string): DraftFields['typing'] => ({ to: text, cc: '', bcc: '' });
const INES = { name: '', address: 'ines@press.example' };

describe('a draft being written', () => {
  it('splits recipients at commas, semicolons and lines, not inside quotation marks', () => {
    expect(splitRecipients('a@x.example; b@x.example,\nc@x.example').map((each) => each.address)).toEqual([
      'a@x.example',
      'b@x.example',
      'c@x.example',
    ]);
    expect(splitRecipients('"Carvalho, Inês" <ines@press.example>, b@x.example')).toEqual([
      { name: 'Carvalho, Inês', address: 'ines@press.example' },
      { name: '', address: 'b@x.example' },
    ]);
    expect(splitRecipients(' , ;')).toEqual([]);
  });

  it('makes chips of what is typed, each address once', () => {
    const fields = commitTyping(
      makeFields({ to: [INES], typing: typing('INES@press.example, b@x.example') }),
      'to',
    );
    expect(fields.to.map((each) => each.address)).toEqual(['ines@press.example', 'b@x.example']);
    expect(fields.typing.to).toBe('');
  });

  it('saves a half-typed address, so that a crash does not lose it', () => {
    expect(contentOf(makeFields({ typing: typing('ines@pre') })).to).toEqual([
      { name: '', address: 'ines@pre' },
    ]);
    expect(contentOf(makeFields())).not.toHaveProperty('typing');
  });

  it('is stopped by no recipient, then by a wrong one', () => {
    expect(findObstacle(contentOf(makeFields()))).toBe('recipient-missing');
    expect(findObstacle(contentOf(makeFields({ bcc: [{ name: '', address: 'nobody' }] })))).toBe(
      'recipient-invalid',
    );
    expect(findObstacle(contentOf(makeFields({ to: [INES] })))).toBeUndefined();
  });

  it('is empty only when nothing at all was written or attached', () => {
    expect(isEmptyDraft(makeFields(), 0, true)).toBe(true);
    expect(isEmptyDraft(makeFields(), 0, false)).toBe(false);
    expect(isEmptyDraft(makeFields(), 1, true)).toBe(false);
    expect(isEmptyDraft(makeFields({ typing: typing('i') }), 0, true)).toBe(false);
  });

  it('adds a group once for each person, and ends what was typed', () => {
    const fields = addRecipients(makeFields({ to: [INES], typing: typing('pre') }), 'to', [
      { name: 'Inês', address: 'INES@press.example' },
      { name: '', address: 'jonas@press.example' },
    ]);
    expect(fields.to.map((each) => each.address)).toEqual(['ines@press.example', 'jonas@press.example']);
    expect(fields.typing.to).toBe('');
  });

  it('moves somebody from one line to another', () => {
    const fields = moveRecipient(makeFields({ to: [INES] }), 'ines@press.example', 'to', 'bcc');
    expect([fields.to, fields.bcc]).toEqual([[], [INES]]);
  });

  it('writes somebody as they are typed, and reads them back the same', () => {
    for (const person of [
      INES,
      { name: 'Inês', address: 'i@x.example' },
      { name: 'Carvalho, I', address: 'i@x.example' },
    ]) {
      expect(splitRecipients(writeRecipient(person))).toEqual([person]);
    }
  });

  it('comes out of a draft with all that is saved, and nothing else', () => {
    const quote = { messageId: 7, kind: 'reply', intro: 'Ada wrote:', text: 'Hello' };
    const more = { html: '<p>a</p>', quote, asksReceipt: true, isCopy: true, storedAt: 1, inReplyTo: 7 };
    const content = contentOf(
      fieldsOf(draftSchema.parse({ ...makeFields(), draftId: 'd', attachments: [], savedAt: 0, ...more })),
    );
    expect(content).toMatchObject({ html: '<p>a</p>', quote, asksReceipt: true });
    expect(Object.keys(content)).not.toContain('isCopy');
    expect(Object.keys(content)).not.toContain('storedAt');
  });
});
