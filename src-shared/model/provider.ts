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
  /** What to enter as redirect URI where one registers a client ID of one's own; the port is chosen anew each time. */
  redirectUri: z.string().optional(),
  /** What is asked for, as the provider writes it. */
  scopes: z.array(z.string()).optional(),
  /** The server hands out a client ID by itself, so that `needsClientId` stops nobody. */
  registersItself: z.boolean().optional(),
  /** Where the provider lets mail programs in: IMAP on, sending on. */
  mailProgramsUrl: z.string().optional(),
  appPasswordUrl: z.string().optional(),
  imap: serverSettings,
  smtp: serverSettings,
});
export type ProviderView = z.infer<typeof providerView>;

/** A signed notice that is in use. */
export const noticeView = z.object({
  issuedAt: z.number(),
  expiresAt: z.number().optional(),
  /** Names of the providers whose presets it replaces. */
  providers: z.array(z.string()),
  advisories: z.array(z.object({ text: z.string(), url: z.string().optional() })),
});
export type NoticeView = z.infer<typeof noticeView>;
