import { z } from 'zod';

/** What is kept on this computer. Each has its words under `data.NAME.*`: what, why, how long. */
export const dataItem = z.object({
  name: z.enum([
    'mail',
    /** Remote pictures that were loaded. */
    'pictures',
    'drafts',
    'contacts',
    'accounts',
    'activity',
    'receipts',
    'settings',
    'keys',
    'recovery',
    /** How much is only here, in numbers, for the day on which the rest cannot be opened. */
    'counts',
    /** A signed notice about presets. */
    'notice',
    'set-aside',
    'temporary',
  ]),
  /** A folder or file, or the name of the keychain. */
  place: z.string(),
  /** Bytes on disk, where that means something. */
  bytes: z.number().optional(),
  count: z.number().optional(),
  protection: z.enum(['store-key', 'keychain', 'passphrase', 'memory', 'none']),
});
export type DataItem = z.infer<typeof dataItem>;

/** A host that this program talks to, and who named it. */
export const contactedHost = z.object({
  host: z.string(),
  /** `pictures` and `unsubscribe`: a message named it, and the person wanted it asked. */
  reason: z.enum(['imap', 'smtp', 'authorization', 'identity-smtp', 'discovery', 'pictures', 'unsubscribe']),
  address: z.string(),
});
export type ContactedHost = z.infer<typeof contactedHost>;
