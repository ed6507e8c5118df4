/** Who a message is from, in words. One sentence for each thing, and what to do about it where there is something. */
import type { MessageTrust, SenderDoubt } from '../../../src-shared/model/message-trust.ts';
import { formatList, t } from '../../i18n/i18n.ts';
import { isolate } from './visible-signs.ts';

export type Doubt = { kind: string; text: string; advice: string };

/** The verdict on who sent it; nothing to say about what this program's person has sent. */
export function sayVerdict({ verdict, domain, checkedBy }: MessageTrust): { text: string; how: string } {
  const name = isolate(domain ?? '');
  const how =
    checkedBy === undefined ? '' : t(checkedBy === 'server' ? 'trust.by-server' : 'trust.by-program');
  if (verdict === 'verified' && domain !== undefined)
    return { text: t('trust.verified', { domain: name }), how };
  if (verdict === 'failed') {
    return {
      text: domain === undefined ? t('trust.failed-unnamed') : t('trust.failed', { domain: name }),
      how,
    };
  }
  return { text: t('trust.unknown'), how: '' };
}

function sayDoubt(doubt: SenderDoubt, address: string): string {
  switch (doubt.kind) {
    case 'name-is-address':
      return t('trust.name-is-address', { claimed: isolate(doubt.claimed), address: isolate(address) });
    case 'name-of-contact':
      return t('trust.name-of-contact', {
        name: isolate(doubt.contact.name || doubt.contact.address),
        known: isolate(doubt.contact.address),
      });
    case 'lookalike':
      return t('trust.lookalike', { known: isolate(doubt.resembles.address) });
    case 'mixed-scripts':
      return t('trust.mixed-scripts', { ascii: isolate(doubt.ascii) });
    case 'invisible-signs':
      return t('trust.invisible-signs');
    case 'malformed-from':
      return t('trust.malformed-from', { raw: isolate(doubt.raw) });
    case 'several-authors':
      return t('trust.several-authors', { addresses: formatList(doubt.addresses.slice(0, 5).map(isolate)) });
    case 'reply-to-elsewhere':
      return t('trust.reply-to-elsewhere', { address: isolate(doubt.address) });
    case 'new-in-thread':
      return t('trust.new-in-thread', { address: isolate(address) });
  }
}

/** What to do about a doubt. */
const ADVICE = {
  'name-is-address': 'trust.advice-address',
  'name-of-contact': 'trust.advice-ask',
  lookalike: 'trust.advice-ask',
  'mixed-scripts': 'trust.advice-domain',
  'invisible-signs': 'trust.advice-signs',
  'malformed-from': 'trust.advice-from',
  'several-authors': 'trust.advice-from',
  'reply-to-elsewhere': 'trust.advice-reply',
  'new-in-thread': 'trust.advice-new',
} as const satisfies Record<SenderDoubt['kind'], Parameters<typeof t>[0]>;

/** Each doubt as one sentence. `address`: the one that the message is from. */
export function sayDoubts({ doubts }: MessageTrust, address: string): Doubt[] {
  return doubts.map((doubt) => ({
    kind: doubt.kind,
    text: sayDoubt(doubt, address),
    advice: t(ADVICE[doubt.kind]),
  }));
}

/** What kind of mail it is, when no person wrote it to one person. */
export function sayBulk({ bulk, listName }: MessageTrust): string | undefined {
  if (bulk === undefined) return undefined;
  if (bulk === 'list') {
    return listName === undefined || listName.trim() === ''
      ? t('trust.list-unnamed')
      : t('trust.list', { name: isolate(listName) });
  }
  return t(bulk === 'bulk' ? 'trust.bulk' : 'trust.automatic');
}

/** Where an answer goes that the person may not expect. */
export function elsewhereOf(trust: MessageTrust | undefined): string | undefined {
  const doubt = trust?.doubts.find((one) => one.kind === 'reply-to-elsewhere');
  return doubt?.kind === 'reply-to-elsewhere' ? doubt.address : undefined;
}
