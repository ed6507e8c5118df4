import type { ImapFlow } from 'imapflow';
import { messageLimitOf } from './bounded-reader.ts';
import type { ImapCapabilities } from './imap-connection.ts';

/** What the server can do of what this program uses, after login. */
export function capabilitiesOf(client: ImapFlow): ImapCapabilities {
  const has = (name: string) => client.capabilities.has(name);
  const messageLimit = messageLimitOf(client);
  const appendLimit = appendLimitOf(client);
  return {
    condstore: client.enabled.has('CONDSTORE'),
    qresync: client.enabled.has('QRESYNC'),
    move: has('MOVE'),
    uidplus: has('UIDPLUS'),
    listStatus: has('LIST-STATUS'),
    notify: has('NOTIFY'),
    replace: has('REPLACE'),
    preview: has('PREVIEW'),
    objectId: has('OBJECTID'),
    gmail: has('X-GM-EXT-1'),
    partial: has('PARTIAL'),
    ...(messageLimit !== undefined && { messageLimit }),
    ...(appendLimit !== undefined && { appendLimit }),
  };
}

/** RFC 7889 §2: APPENDLIMIT=N is for all mailboxes; without a number each has its own. imapflow keeps the number as the value. */
function appendLimitOf({ capabilities }: ImapFlow): number | undefined {
  const value = capabilities.get('APPENDLIMIT');
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
