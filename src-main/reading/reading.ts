/**
 * What is told about a message that is open, and what is asked of others because of it. Telling asks nobody. The three things that do ask
 * somebody whom the sender chose (the key of a signature in DNS, pictures, the POST that leaves a list) come after a press of the person;
 * pictures also by themselves for senders whom the person has chosen, and then only for a message that is verified to be theirs.
 */
import type { MessageId } from '../../src-shared/model/ids.ts';
import type { MessageSummary } from '../../src-shared/model/message.ts';
import type { MessageTrust } from '../../src-shared/model/message-trust.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { limitTime } from '../base/time-limit.ts';
import type { StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';
import { asciiDomainOf, isAligned } from '../trust/domains.ts';
import { oneClickUrl } from '../trust/list-headers.ts';
import { type AskTxt, checkSignatures, countFields } from '../trust/signature.ts';
import { senderOf } from '../trust/trust.ts';
import type { WebClient } from '../web/web-client.ts';
import { type LoadedPictures, loadPictures } from './load-pictures.ts';
import { createTrustFacts } from './trust-facts.ts';

export type Reading = {
  /** In the order asked for; unknown ones are left out. */
  getTrust(messageIds: readonly MessageId[]): MessageTrust[];
  /** Throws not-found, too-complex, connection errors, what fetching the message throws. */
  checkSignature(messageId: MessageId, signal: AbortSignal): Promise<MessageTrust>;
  /** Whether the person has chosen who this message says it is from. */
  wantsPictures(messageId: MessageId): boolean;
  /** `always`: from now on also by themselves. Throws not-found, what fetching the message throws. */
  loadPictures(
    messageId: MessageId,
    options: { always: boolean; signal: AbortSignal },
  ): Promise<Omit<LoadedPictures, 'hosts'>>;
  /** Throws signature-invalid, unsubscribe-refused, connection errors, what fetching the message throws. */
  unsubscribe(messageId: MessageId, signal: AbortSignal): Promise<{ host: string }>;
};

export type ReadingOptions = {
  store: Store;
  providers: readonly Provider[];
  web: WebClient;
  txt: AskTxt;
  clock: Pick<Clock, 'now'>;
  fetchBody(messageId: MessageId, signal: AbortSignal): Promise<StoredBody>;
  fetchSource(messageId: MessageId, signal: AbortSignal): Promise<Uint8Array>;
};

/** Of one look at a signature: DNS, and the message itself where it is large. */
const SIGNATURE_TIME = 15_000;

export function createReading(options: ReadingOptions): Reading {
  const { store, providers, web, txt, clock, fetchBody, fetchSource } = options;
  const facts = createTrustFacts({ store, providers, now: () => clock.now() });

  function messageOf(messageId: MessageId): MessageSummary {
    const message = store.messages.get(messageId);
    if (!message) throw new MailError('not-found');
    return message;
  }

  function trustOf(messageId: MessageId): MessageTrust {
    const [trust] = facts.of([messageId]);
    if (!trust) throw new MailError('not-found');
    return trust;
  }

  async function signaturesOf(
    message: MessageSummary,
    source: Uint8Array,
    isWanted: (domain: string) => boolean,
    caller: AbortSignal,
  ) {
    const limit = limitTime(caller, SIGNATURE_TIME);
    const { signal } = limit;
    try {
      return await checkSignatures(source, { isWanted, receivedAt: message.internalDate, txt, signal });
    } catch (error) {
      caller.throwIfAborted();
      if (signal.aborted) throw new MailError('connection-timed-out', { retry: 'later', cause: error });
      throw error;
    } finally {
      limit.end();
    }
  }

  return {
    getTrust: facts.of,

    async checkSignature(messageId, signal) {
      const message = messageOf(messageId);
      await fetchBody(messageId, signal);
      const sender = senderOf(message, facts.headersOf(message));
      const domain = sender === undefined ? undefined : asciiDomainOf(sender);
      if (domain !== undefined && trustOf(messageId).canCheck) {
        const source = await fetchSource(messageId, signal);
        const isWanted = (signer: string) => isAligned(signer, domain);
        const { valid, isBroken } = await signaturesOf(message, source, isWanted, signal);
        const [proof] = valid;
        store.senders.keepSignature(
          messageId,
          proof
            ? { verdict: 'verified', domain: proof.domain }
            : { verdict: isBroken ? 'failed' : 'unknown', domain },
        );
      }
      return trustOf(messageId);
    },

    wantsPictures(messageId) {
      const [sender] = messageOf(messageId).from;
      return sender !== undefined && store.senders.wantsPictures(sender.address);
    },

    async loadPictures(messageId, { always, signal }) {
      const message = messageOf(messageId);
      const body = await fetchBody(messageId, signal);
      if (always) {
        // Whose they are has to be plain to see.
        const sender = senderOf(message, facts.headersOf(message));
        if (sender !== undefined) store.senders.addForPictures(message.accountId, sender);
      }
      const { hosts, ...loaded } = await loadPictures(messageId, body.html ?? '', {
        web,
        kept: store.pictures,
        signal,
      });
      store.senders.noteContacts(message.accountId, 'pictures', hosts);
      return loaded;
    },

    async unsubscribe(messageId, signal) {
      const message = messageOf(messageId);
      await fetchBody(messageId, signal);
      const headers = facts.headersOf(message);
      const url = headers && oneClickUrl(headers);
      if (!url) throw new MailError('unsubscribe-refused');
      const source = await fetchSource(messageId, signal);
      const { valid } = await signaturesOf(message, source, () => true, signal);
      // RFC 8058 §4: one signature over both; a field that stands there twice is signed once.
      const fields = ['list-unsubscribe', 'list-unsubscribe-post'];
      const isCovered =
        fields.every((name) => countFields(source, name) === 1) &&
        valid.some(({ covers }) => fields.every((name) => covers.includes(name)));
      if (!isCovered) throw new MailError('signature-invalid', { detail: { host: url.hostname } });
      await web.postOneClick(url.href, signal, (host) =>
        store.senders.noteContacts(message.accountId, 'unsubscribe', [host]),
      );
      return { host: url.hostname };
    },
  };
}
