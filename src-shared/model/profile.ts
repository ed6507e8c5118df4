import { z } from 'zod';

/** What this profile has to tell of its own safety. */
export const profileState = z.object({
  /** `full`: nothing is written and nothing deleted until there is room again. */
  disk: z.enum(['ok', 'full']),
  /** `unset`: never asked; `skipped`: asked, put off, time to ask again; `later`: put off not long ago; `set`: a code opens this mail. */
  recoveryCode: z.enum(['unset', 'skipped', 'later', 'set']),
  /** The store was damaged and is being filled again from the servers since this time. */
  rebuiltAt: z.number().optional(),
});
export type ProfileState = z.infer<typeof profileState>;

/** What exists only on this computer, as it was last written beside the store that cannot be opened. */
export const lostContent = z.object({
  drafts: z.number(),
  unsent: z.number(),
  /** Changes that no server has heard of. */
  changes: z.number(),
  imported: z.number(),
  savedAt: z.number().optional(),
});
export type LostContent = z.infer<typeof lostContent>;
