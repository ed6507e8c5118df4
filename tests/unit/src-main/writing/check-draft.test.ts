import { describe, expect, it } from 'vitest';
import { attachmentWordIn, checkDraft } from '../../../../src-main/writing/check-draft.ts';

const draft = { to: [], cc: [], bcc: [], subject: 'Plan', text: '', attachments: [] };
const settings = { remindsOfAttachment: true, manyRecipients: 3 };

describe('a text that speaks of an attachment', () => {
  it.each([
    ['Please see the attached plan', 'attached'],
    ['I am attaching it.', 'attaching'],
    ['Two ATTACHMENTS', 'ATTACHMENTS'],
    ['The form is enclosed', 'enclosed'],
    ['Im Anhang findest du den Plan', 'Anhang'],
    ['Den Plan habe ich angehängt.', 'angehängt'],
    ['Anbei der Plan', 'Anbei'],
    ['die beigefügten Unterlagen', 'beigefügten'],
    ['siehe Anlage', 'siehe Anlage'],
    ['Vous trouverez en pièce jointe le plan', 'pièce jointe'],
    ['le plan ci-joint', 'ci-joint'],
    ['Te envío el archivo adjunto', 'adjunto'],
    ['資料を添付しました。', '添付'],
    ['请查收附件，谢谢', '附件'],
    ['تجدون المرفقات أدناه', 'المرفقات'],
    ['أرفقت الملف', 'أرفقت'],
    ['تجد المُرفَق أدناه', 'المرفق'],
  ])('%s', (text, word) => {
    expect(attachmentWordIn(text)).toBe(word);
    expect(attachmentWordIn(text.normalize('NFD'))).toBe(word);
  });

  it.each([
    'A plan without any of it',
    'unattachedness, reattach-me-not_attached_',
    'Die Anlage der Stadt ist schön',
    '> see attached\nyes, seen',
    'Bye\n-- \nPictures attached by Ada',
  ])('is not: %s', (text) => {
    expect(attachmentWordIn(text)).toBeUndefined();
  });
});

describe('before sending', () => {
  it('nothing is said of a draft with which nothing is', () => {
    expect(checkDraft(draft, settings)).toEqual([]);
  });

  it('a missing subject and a missing file are told; a picture in the text is no file', () => {
    const text = 'see attached';
    const picture = { part: 0, filename: 'a.png', contentType: 'image/png', size: 1, contentId: 'a@b' };
    const warnings = checkDraft({ ...draft, subject: ' ', text, attachments: [picture] }, settings);
    expect(warnings).toEqual([{ kind: 'no-subject' }, { kind: 'no-attachment', word: 'attached' }]);
    const { contentId: _, ...file } = picture;
    expect(checkDraft({ ...draft, text, attachments: [file] }, settings)).toEqual([]);
    expect(checkDraft({ ...draft, text }, { ...settings, remindsOfAttachment: false })).toEqual([]);
  });

  it('many recipients are counted once each', () => {
    const people = (...addresses: string[]) => addresses.map((address) => ({ name: '', address }));
    const many = {
      ...draft,
      to: people('a@x.org', 'A@x.org'),
      cc: people('b@x.org'),
      bcc: people('c@x.org'),
    };
    expect(checkDraft(many, settings)).toEqual([{ kind: 'many-recipients', count: 3 }]);
    expect(checkDraft(many, { ...settings, manyRecipients: 4 })).toEqual([]);
    expect(checkDraft(many, { ...settings, manyRecipients: 0 })).toEqual([]);
  });
});
