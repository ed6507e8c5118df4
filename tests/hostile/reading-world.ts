/** The rooms that read, over a real store and the real parser; the network is what a test makes of it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Provider } from '../../src-main/autoconfig/provider-file.ts';
import { envelopeOfSource } from '../../src-main/imap/source-envelope.ts';
import { parseSource } from '../../src-main/mime/parse-source.ts';
import { createReading, type Reading } from '../../src-main/reading/reading.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import type { AskTxt } from '../../src-main/trust/signature.ts';
import { createWebClient, type WebClient } from '../../src-main/web/web-client.ts';
import type { MessageId } from '../../src-shared/model/ids.ts';
import type { MessageTrust, SenderDoubt } from '../../src-shared/model/message-trust.ts';
import { addMailboxes, handClock, KEY, START } from '../unit/src-main/store/test-store.ts';

export type ReadingWorld = {
  store: Store;
  reading: Reading;
  /** Takes a message into the inbox, as it came. Messages come a minute after each other. */
  receive(message: string | Buffer): MessageId;
  trustOf(message: string | Buffer): MessageTrust;
};

/** The provider of the account, which writes its results under the server's own domain. */
const PROVIDER = { id: 'example', resultsFrom: ['example.org'] } as Partial<Provider> as Provider;

type Options = { web?: WebClient; txt?: AskTxt; hasPreset?: boolean };

/** Until the end of the test. */
export function startReadingWorld(options: Options = {}): ReadingWorld {
  const world = openReadingWorld(options);
  onTestFinished(world.stop);
  return world;
}

/** Until it is stopped. */
export function openReadingWorld(options: Options = {}): ReadingWorld & { stop(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'reading-'));
  const clock = handClock();
  const store = openStore({ directory, key: KEY, clock });
  const { inbox } = addMailboxes(store);
  for (const { mailboxId } of store.mailboxes.list())
    store.mailboxes.setSyncState(mailboxId, { backfilledTo: 1 });
  let uid = 0;
  const reading = createReading({
    store,
    providers: options.hasPreset === false ? [] : [PROVIDER],
    web: options.web ?? createWebClient(),
    txt: options.txt ?? (() => Promise.reject(new Error('nobody is to be asked'))),
    clock,
    fetchBody: async (messageId) => {
      const body = store.bodies.get(messageId);
      if (!body) throw new Error('not here');
      return body;
    },
    fetchSource: async (messageId) => store.bodies.source(messageId) ?? new Uint8Array(),
  });

  function receive(message: string | Buffer): MessageId {
    const source = Buffer.from(message);
    uid += 1;
    const internalDate = START + uid * 60_000;
    const { added } = store.messages.addEnvelopes(inbox, [
      {
        ...envelopeOfSource(source, internalDate),
        uid,
        flags: [],
        internalDate,
        size: source.byteLength,
        hasAttachments: false,
      },
    ]);
    const [messageId] = added;
    if (messageId === undefined) throw new Error('not added');
    store.bodies.put(messageId, { ...parseSource(source), source });
    return messageId;
  }

  return {
    store,
    reading,
    receive,
    trustOf(message) {
      const [trust] = reading.getTrust([receive(message)]);
      if (!trust) throw new Error('no answer');
      return trust;
    },
    stop() {
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

let count = 0;

/** A message with these fields; From and Message-ID are there when nothing else is said. */
export function mail(fields: Record<string, string> = {}, body = 'Hello.'): string {
  count += 1;
  const all = { From: 'Ada <ada@sender.example>', 'Message-ID': `<${count}@sender.example>`, ...fields };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${head.join('')}\r\n${body}\r\n`;
}

export const kindsOf = ({ doubts }: MessageTrust): SenderDoubt['kind'][] => doubts.map(({ kind }) => kind);
