import { z } from 'zod';

export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  /** How long a sent message waits so that it can be taken back. */
  undoSeconds: z.number().int().min(0).max(30),
});
export type Settings = z.infer<typeof settings>;
export const DEFAULT_SETTINGS: Settings = { theme: 'system', density: 'comfortable', undoSeconds: 10 };

/** Where secrets are kept. `locked` waits for the person, `absent` has a reason, `session` keeps them in memory until the program ends. */
export const vaultState = z.object({
  state: z.enum(['ready', 'locked', 'absent', 'session']),
  /** The name that people know it by: "GNOME Keyring", "macOS Keychain", "Windows Credential Manager". */
  name: z.string(),
});
export type VaultState = z.infer<typeof vaultState>;
