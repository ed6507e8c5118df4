import { z } from 'zod';
import { serverSettings } from './server-settings.ts';

/** What the window may know of a provider before a sign-in: enough to say what will happen. */
export const providerView = z.object({
  providerId: z.string(),
  name: z.string(),
  auth: z.enum(['oauth', 'password']),
  /** Host at which the browser will open. */
  authorizationHost: z.string().optional(),
  /** The words that the provider's consent page uses. */
  consentWords: z.string().optional(),
  /** It can be signed in to with OAuth, and no client ID is built in. */
  needsClientId: z.boolean(),
  clientSecret: z.enum(['none', 'optional', 'required']),
  registerUrl: z.string().optional(),
  appPasswordUrl: z.string().optional(),
  imap: serverSettings,
  smtp: serverSettings,
});
export type ProviderView = z.infer<typeof providerView>;
