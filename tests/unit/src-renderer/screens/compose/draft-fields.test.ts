import { describe, expect, it } from 'vitest';
import {
  commitTyping,
  contentOf,
  type DraftFields,
  fieldsOf,
  findObstacle,
  isEmptyDraft,
  splitRecipients,
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

  it('is stopped by no recipient, then by a wrong one, then by no subject', () => {
    expect(findObstacle(contentOf(makeFields()))).toBe('recipient-missing');
    expect(findObstacle(contentOf(makeFields({ bcc: [{ name: '', address: 'nobody' }] })))).toBe(
      'recipient-invalid',
    );
    expect(findObstacle(contentOf(makeFields({ to: [INES] })))).toBe('subject-missing');
    expect(findObstacle(contentOf(makeFields({ to: [INES], subject: 'Hello' })))).toBeUndefined();
  });

  it('is empty only when nothing at all was written or attached', () => {
    expect(isEmptyDraft(makeFields({ text: ' \n' }), 0)).toBe(true);
    expect(isEmptyDraft(makeFields(), 1)).toBe(false);
    expect(isEmptyDraft(makeFields({ typing: typing('i') }), 0)).toBe(false);
  });
});
