import { z } from 'zod';

export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  /** How long a sent message waits so that it can be taken back. */
  undoSeconds: z.number().int().min(0).max(30),
  language: z.enum(['system', 'en', 'de']),
  /** Activity that is older is removed, under a signed checkpoint; 0 keeps everything. */
  activityMonths: z.number().int().min(0).max(120),
  /** How a new message is written. */
  writeFormat: z.enum(['rich', 'plain']),
  /** Asks when the text speaks of an attachment and there is none. */
  remindsOfAttachment: z.boolean(),
  /** Asks once from so many recipients on; 0 never asks. */
  manyRecipients: z.number().int().min(0).max(1_000),
  checksSpelling: z.boolean(),
  /** Mail that brings its own colours is shown dark too, while the program is dark. */
  darkMail: z.boolean(),
  /** Whether the person is still to be asked, once, if mailto: links are to open this program. */
  offersMailHandler: z.boolean(),
});
export type Settings = z.infer<typeof settings>;
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  density: 'comfortable',
  undoSeconds: 10,
  language: 'system',
  activityMonths: 24,
  writeFormat: 'rich',
  remindsOfAttachment: true,
  manyRecipients: 20,
  checksSpelling: true,
  darkMail: true,
  offersMailHandler: true,
};

/** Where secrets are kept. `locked` waits for the person, `absent` has a reason, `session` keeps them in memory until the program ends. */
export const vaultState = z.object({
  state: z.enum(['ready', 'locked', 'absent', 'session']),
  /** `passphrase`: in an encrypted file of the profile, which a passphrase opens at each start. */
  kind: z.enum(['keychain', 'passphrase', 'session']),
  /** Why it is locked, where that is known: no answer in time, the prompt was dismissed, its entry was deleted. */
  reason: z.enum(['slow', 'dismissed', 'deleted']).optional(),
  /** The name that people know it by: "GNOME Keyring", "macOS Keychain", "Windows Credential Manager". */
  name: z.string(),
});
export type VaultState = z.infer<typeof vaultState>;

/** The lock of the program itself: a passphrase before it opens, exports or signs out. */
export const lockState = z.object({
  isSet: z.boolean(),
  isLocked: z.boolean(),
  /** Locks by itself after so many minutes without use; 0 only at start and when asked. */
  afterMinutes: z.number().int().min(0).max(240),
  /** After too many wrong tries: none is taken before. */
  waitUntil: z.number().optional(),
});
export type LockState = z.infer<typeof lockState>;
