import { describe, expect, it } from 'vitest';
import { type BodyStructure, hasAttachments } from '../../../../src-main/imap/body-structure.ts';

const text: BodyStructure = { type: 'text/plain' };
const mixed = (...childNodes: BodyStructure[]): BodyStructure => ({ type: 'multipart/mixed', childNodes });

describe('whether a message has attachments', () => {
  it('is no for text, alternatives, signatures and pictures inside the text', () => {
    expect(hasAttachments(undefined)).toBe(false);
    expect(hasAttachments(text)).toBe(false);
    expect(hasAttachments(mixed(text, { type: 'text/html' }))).toBe(false);
    const picture = {
      type: 'image/png',
      id: '<1@x>',
      disposition: 'inline',
      parameters: { name: 'logo.png' },
    };
    expect(hasAttachments(mixed(text, picture))).toBe(false);
    const signature = {
      type: 'application/pgp-signature',
      disposition: 'attachment',
      parameters: { name: 'a.asc' },
    };
    expect(hasAttachments(mixed(text, signature))).toBe(false);
  });

  it('is yes for a part that says so, one with a file name, and a message inside', () => {
    expect(hasAttachments(mixed(text, { type: 'application/pdf', disposition: 'attachment' }))).toBe(true);
    const named = {
      type: 'application/pdf',
      disposition: 'inline',
      dispositionParameters: { filename: 'a.pdf' },
    };
    expect(hasAttachments(mixed(text, mixed(named)))).toBe(true);
    expect(hasAttachments(mixed(text, { type: 'message/rfc822' }))).toBe(true);
  });

  it('is no for what the reader tells in words: a bounce, an invitation', () => {
    const parts = [text, { type: 'message/delivery-status' }, { type: 'message/rfc822' }];
    expect(hasAttachments({ type: 'multipart/report', childNodes: parts })).toBe(false);
    const invitation = { type: 'text/calendar', parameters: { name: 'invite.ics' } };
    expect(hasAttachments(mixed(text, invitation))).toBe(false);
  });

  it('ends on a structure that is deeper than any mail', () => {
    let deep: BodyStructure = { type: 'application/pdf', disposition: 'attachment' };
    for (let level = 0; level < 20_000; level++) deep = mixed(deep);
    expect(hasAttachments(deep)).toBe(false);
  });
});
