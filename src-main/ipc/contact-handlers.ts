import { basename } from 'node:path';
import type { ContactContent } from '../../src-shared/model/contact.ts';
import { decodeText } from '../base/charset.ts';
import { MailError } from '../base/errors.ts';
import { inOnePiece } from '../base/pieces.ts';
import type { Contacts } from '../contacts/contacts.ts';
import { lookalikesOf } from '../contacts/lookalikes.ts';
import { readVcards, writeVcards } from '../mime/vcard.ts';
import type { Store } from '../store/store.ts';
import type { Sync } from '../sync/sync.ts';
import { readFileWithin, saveFile } from './files.ts';
import type { Handlers } from './router.ts';
import type { ShellClient } from './shell-client.ts';

type ContactHandlers = Pick<
  Handlers,
  | 'contacts.page'
  | 'contacts.save'
  | 'contacts.remove'
  | 'contacts.complete'
  | 'contacts.lookalikes'
  | 'contacts.import'
  | 'contacts.importPart'
  | 'contacts.export'
  | 'groups.list'
  | 'groups.save'
  | 'groups.remove'
>;

type Context = {
  shell: Pick<ShellClient, 'request'>;
  rooms(): { store: Pick<Store, 'contacts'>; contacts: Contacts; sync: Pick<Sync, 'openAttachment'> };
};

/** Of one file, or of one part of a message. Bytes. */
const LARGEST_VCARD = 20_000_000;

export function createContactHandlers(context: Context): ContactHandlers {
  const table = () => context.rooms().store.contacts;
  const room = () => context.rooms().contacts;

  return {
    'contacts.page': ({ query, start, limit }) => room().page(query, start, limit),
    'contacts.save': ({ contactId, content }) => table().save(content, contactId),
    'contacts.remove': ({ contactIds }) => {
      table().remove(contactIds);
      return {};
    },
    'contacts.complete': ({ text, limit }) => room().complete(text, limit),
    'contacts.lookalikes': ({ addresses }) => lookalikesOf(context.rooms().store, addresses),
    'contacts.import': async () => {
      const { paths } = await context.shell.request('pickFiles', {});
      const total = { added: 0, changed: 0, unreadable: 0, isCancelled: paths.length === 0 };
      for (const path of paths) {
        const people = await readPeople(path);
        if (people.length === 0) {
          total.unreadable += 1;
          continue;
        }
        const { added, changed } = await room().add(people);
        total.added += added;
        total.changed += changed;
      }
      const [first] = paths;
      if (first !== undefined && total.unreadable === paths.length) {
        throw new MailError('contacts-unreadable', { detail: { filename: basename(first) } });
      }
      return total;
    },
    'contacts.importPart': async ({ messageId, part }, signal) => {
      const { filename, writeTo } = await context.rooms().sync.openAttachment(messageId, part, signal);
      const unreadable = () => new MailError('contacts-unreadable', { detail: { filename } });
      const people = readVcards(textOf(await inOnePiece(writeTo, LARGEST_VCARD, unreadable)));
      if (people.length === 0) throw unreadable();
      return room().add(people);
    },
    'contacts.export': async () => {
      const people = room()
        .page('', 0, Number.MAX_SAFE_INTEGER)
        .contacts.map(({ name, addresses, phones, organisation, note }) => ({
          name,
          addresses,
          phones,
          organisation,
          note,
        }));
      return {
        saved: await saveFile(context.shell, 'contacts.vcf', async (write) =>
          write(Buffer.from(writeVcards(people), 'utf8')),
        ),
      };
    },
    'groups.list': () => table().groups(),
    'groups.save': (group) => table().saveGroup(group),
    'groups.remove': ({ groupId }) => {
      table().removeGroup(groupId);
      return {};
    },
  };
}

/** Nobody, where the file cannot be read or holds no vCard. */
async function readPeople(path: string): Promise<ContactContent[]> {
  const content = await readFileWithin(path, LARGEST_VCARD).catch(() => undefined);
  return content ? readVcards(textOf(content)) : [];
}

/** RFC 6350 §3.1 is UTF-8; older ones are in what their program wrote. */
function textOf(content: Uint8Array): string {
  const isWide = content[0] === 0xff && content[1] === 0xfe;
  return decodeText(content, isWide ? 'utf-16le' : undefined);
}
