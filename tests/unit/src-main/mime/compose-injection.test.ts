import fc from 'fast-check';
import PostalMime, { decodeWords } from 'postal-mime';
import { expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { composeMessage } from '../../../../src-main/mime/compose-message.ts';
import { harmlessFileName } from '../../../../src-main/mime/file-name.ts';
import { headerText } from '../../../../src-main/mime/write-head.ts';
import { isAddress } from '../../../../src-shared/text/address.ts';
import { hostileString } from './hostile-strings.ts';

const FROM = { name: 'Maya Lind', address: 'maya@lab.test' };
const options = { from: FROM, attachments: [], date: 0, messageIdHeader: '<1@lab.test>' };
const HEAD = ['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'];
/** Strings of one message, by where they stand; 1,000 messages make 10^5. */
const [NAMES, FILES, FIELDS] = [40, 12, 47];

/** Everything but what may stand in a head is one word of white space. */
const fieldNames = (source: Uint8Array) =>
  (Buffer.from(source).toString('latin1').split('\r\n\r\n')[0] ?? '')
    .split(/\r\n(?![ \t])/)
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());

it('gives back 10^5 strings as they were meant, each in its one field', { timeout: 120_000 }, async () => {
  const strings = fc.array(hostileString, { minLength: 100, maxLength: 100, size: 'max' });
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(strings, async (all) => {
      const [subject = ''] = all;
      const names = all.slice(1, 1 + NAMES);
      const files = all.slice(1 + NAMES, 1 + NAMES + FILES);
      const fields = all.slice(1 + NAMES + FILES, 1 + NAMES + FILES + FIELDS);
      const to = names.map((name, at) => ({ name, address: `p${at}@lab.test` }));
      const source = await composeMessage(
        { to, cc: [], subject, text: 'x' },
        {
          ...options,
          attachments: files.map((filename) => ({
            filename,
            contentType: filename,
            content: Buffer.from('x'),
          })),
          extraFields: fields.map((text, at) => [`X-F${at}`, text] as const),
        },
      );
      const written = fields.flatMap((text, at) => (headerText(text) === '' ? [] : [`x-f${at}`]));
      const expected = headerText(subject) === '' ? HEAD.filter((one) => one !== 'subject') : HEAD;
      expect(fieldNames(source).sort()).toEqual([...expected, ...written].sort());
      expect(Buffer.from(source).toString('latin1')).toMatch(/^(?:[\t\x20-\x7e]{0,998}\r\n)*$/);

      const email = await PostalMime.parse(source);
      expect(email.subject ?? '').toBe(headerText(subject));
      expect(email.to).toEqual(to.map(({ name, address }) => ({ name: headerText(name), address })));
      expect(email.from).toEqual(FROM);
      expect(email.attachments.map((one) => one.filename)).toEqual(
        files.map((filename, at) => harmlessFileName(filename, 'application/octet-stream', at + 1)),
      );
      const values = new Map(email.headers.map(({ key, value }) => [key, decodeWords(value)]));
      for (const [at, text] of fields.entries()) {
        if (headerText(text) !== '') expect(values.get(`x-f${at}`)).toBe(headerText(text));
      }
      seen += 1 + names.length + files.length + fields.length;
    }),
    { numRuns: 1_000 },
  );
  expect(seen).toBe(100_000);
});

it('takes an address only in the form in which it is read again, and refuses every other', async () => {
  const parts = fc.tuple(
    hostileString,
    fc.constantFrom('lab.test', 'bücher.test', 'evil.test>\r\nBcc: x@y.test'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { minLength: 50, maxLength: 50, size: 'max' }), async (all) => {
      const addresses = all.map(([local, domain]) => `${local}@${domain}`);
      const taken: string[] = [];
      for (const address of addresses) {
        const composed = composeMessage(
          { to: [{ name: '', address }], cc: [], subject: '', text: '' },
          options,
        );
        const failure = await composed.then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure === undefined) taken.push(address);
        else expect((failure as MailError).code).toBe('recipient-invalid');
        if (!isAddress(address)) expect(failure).toBeInstanceOf(MailError);
      }
      if (taken.length === 0) return;
      const to = taken.map((address) => ({ name: '', address }));
      const email = await PostalMime.parse(
        await composeMessage({ to, cc: [], subject: '', text: '' }, options),
      );
      expect(email.to?.map(({ address }) => address)).toEqual(
        taken.map((address) => address.replace(/@bücher\.test$/, '@xn--bcher-kva.test')),
      );
    }),
    { numRuns: 100 },
  );
});
