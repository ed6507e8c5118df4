/** What the tests of writing do again and again: write, send at once, and read what arrived as the receiver's server takes it apart. */
import type { ImapFlow, MessageStructureObject } from 'imapflow';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Lab, secondConnection } from '../servers/lab.mjs';
import { button, choose, openAccess, POLL } from './walks.ts';

export const body = (page: Page): Locator => page.getByRole('textbox', { name: 'Message', exact: true });
export const subjectField = (page: Page): Locator =>
  page.getByRole('textbox', { name: 'Subject', exact: true });
export const people = (page: Page, field: 'To' | 'Cc' | 'Bcc' = 'To'): Locator =>
  page.getByRole('combobox', { name: field, exact: true });
export const chips = (page: Page, field: 'To' | 'Cc' | 'Bcc' = 'To'): Locator =>
  page.getByRole('list', { name: `${field} recipients` }).getByRole('listitem');

/** What is sent from now on leaves at once; back in the inbox. */
export async function sendWithoutDelay(page: Page): Promise<void> {
  await openAccess(page);
  await button(page, 'General').click();
  await choose(page, 'Time to undo', 'None');
  await page.keyboard.press('Escape');
  await button(page, /^New message/)
    .first()
    .waitFor();
}

/** A new message, and the cursor in its text. */
export async function begin(page: Page, { to = '', subject = '' } = {}): Promise<void> {
  await button(page, /^New message/)
    .first()
    .click();
  await people(page).fill(to);
  await subjectField(page).fill(subject);
  await body(page).click();
}

/** With the keys that send, wherever the focus is. */
export async function send(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter');
  await body(page).waitFor({ state: 'detached' });
}

/** Puts something on the element with the focus as if it came from the clipboard or from another program. */
export async function give(
  target: Locator,
  how: 'paste' | 'drop',
  what: {
    html?: string;
    text?: string;
    files?: { name: string; type: string; base64?: string; size?: number }[];
  },
): Promise<void> {
  await target.evaluate(
    (element, { how, what }) => {
      const data = new DataTransfer();
      if (what.html !== undefined) data.setData('text/html', what.html);
      if (what.text !== undefined) data.setData('text/plain', what.text);
      for (const { name, type, base64 = '', size } of what.files ?? []) {
        const bytes =
          size === undefined
            ? Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
            : new Uint8Array(size);
        data.items.add(new File([bytes], name, { type }));
      }
      const common = { bubbles: true, cancelable: true };
      const { left, top } = element.getBoundingClientRect();
      element.dispatchEvent(
        how === 'paste'
          ? new ClipboardEvent('paste', { ...common, clipboardData: data })
          : new DragEvent('drop', { ...common, dataTransfer: data, clientX: left + 5, clientY: top + 5 }),
      );
    },
    { how, what },
  );
}

/** A message as the receiver's server takes it apart. */
export type Arrived = {
  /** `multipart/alternative(text/plain, text/html)`. */
  types: string;
  headers: string;
  source: string;
  /** The decoded content of the first part of this type. */
  text(type: string): Promise<string>;
  bytes(type: string): Promise<Buffer>;
};
export type PostBox = { read(subject: string): Promise<Arrived>; close(): Promise<void> };

/** A connection of the receiver's own. */
export async function openPostBox(lab: Lab, address: string, mailbox = 'INBOX'): Promise<PostBox> {
  const client = await secondConnection(lab, address);
  await client.mailboxOpen(mailbox);
  const search = async (subject: string): Promise<number | undefined> => {
    await client.noop();
    const found = await client.search({ header: { subject } }, { uid: true });
    return found ? found.at(-1) : undefined;
  };
  return {
    async read(subject) {
      await expect.poll(() => search(subject), POLL).toBeDefined();
      return readOne(client, String(await search(subject)));
    },
    close: () => client.logout(),
  };
}

async function readOne(client: ImapFlow, uid: string): Promise<Arrived> {
  const message = await client.fetchOne(
    uid,
    { bodyStructure: true, source: true, headers: true },
    { uid: true },
  );
  if (message === false || !message.bodyStructure) throw new Error('The message is gone.');
  const structure = message.bodyStructure;
  const bytes = async (type: string): Promise<Buffer> => {
    const part = flatten(structure).find((one) => one.type === type);
    if (!part) throw new Error(`There is no ${type} in ${namesOf(structure)}.`);
    const { content } = await client.download(uid, part.part ?? '1', { uid: true });
    const pieces: Buffer[] = [];
    if (!content) throw new Error('The part is gone.');
    for await (const piece of content) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  };
  return {
    types: namesOf(structure),
    headers: unfold(message.headers?.toString('utf8') ?? ''),
    source: message.source?.toString('utf8') ?? '',
    bytes,
    text: async (type) => (await bytes(type)).toString('utf8'),
  };
}

const unfold = (headers: string): string => headers.replaceAll(/\r\n[ \t]+/g, ' ');

function flatten(part: MessageStructureObject): MessageStructureObject[] {
  return [part, ...(part.childNodes ?? []).flatMap(flatten)];
}

function namesOf({ type, childNodes }: MessageStructureObject): string {
  return childNodes?.length ? `${type}(${childNodes.map(namesOf).join(', ')})` : type;
}
