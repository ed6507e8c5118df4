import { z } from 'zod';
import { serverSettings } from '../../src-shared/model/server-settings.ts';

const scope = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,300}$/); // RFC 6749 §3.3
const domain = z
  .string()
  .regex(/^(\*\.)?[a-z0-9.-]+$/)
  .max(253);

const endpoints = z.strictObject({
  authorization: z.url(),
  token: z.url(),
  revocation: z.url().optional(),
  /** The provider hands out client IDs by itself (RFC 7591). */
  registration: z.url().optional(),
});

const oauth = z
  .strictObject({
    /** Where the metadata is (RFC 8414, OpenID Connect Discovery). It wins over `endpoints`. */
    issuer: z.url().optional(),
    /** For a provider without metadata, or whose metadata does not name it as the issuer. */
    endpoints: endpoints.optional(),
    /** Empty: the person has to bring one. */
    clientId: z.string().max(500),
    scopes: z.array(scope).min(1),
    /** Why each scope is asked for (the smallest that mail needs). */
    scopeReasons: z.record(scope, z.string().min(1).max(200)).optional(),
    /** Without these the account would not work: the answer has to grant them all. */
    requiredScopes: z.array(scope),
    /** Which server the token is for, where the provider wants to be told (RFC 8707). */
    resource: z.url().optional(),
    redirectHost: z.enum(['127.0.0.1', 'localhost']),
    /** A one-time path, unless the provider compares paths: then the one that is registered there. */
    redirectPath: z
      .string()
      .regex(/^(\/[\w./-]*)?$/)
      .optional(),
    clientSecret: z.enum(['none', 'optional', 'required']),
    /**
     * Goes with `clientId`, for a provider that issues one to desktop programs too. Everybody who has the program has it, so it protects
     * nothing (RFC 8252 §8.5); it stands in no source, and comes from the configuration of a build.
     */
    publicClientSecret: z.string().min(1).max(500).optional(),
    /** How the secret is sent (RFC 6749 §2.3.1); found out when left out. */
    clientSecretMethod: z.enum(['basic', 'post']).optional(),
    registerUrl: z.url().optional(),
    extraAuthorizationParameters: z.record(z.string(), z.string()).optional(),
  })
  .refine((one) => one.issuer !== undefined || one.endpoints !== undefined, 'needs an issuer or endpoints')
  .refine(
    (one) => one.issuer !== undefined || !one.scopes.includes('openid'),
    'an ID token cannot be checked without an issuer',
  );

export const provider = z
  .strictObject({
    id: z.string().min(1).max(100),
    name: z.string().min(1).max(100),
    /** `*.` in front stands for any one label or more. */
    domains: z.array(domain),
    /** Mail exchangers of other people's domains whose mailboxes it runs; written like `domains`. */
    mx: z.array(domain).optional(),
    /** What is offered first. A provider with `oauth` can be used by app password too where it has a page for these. */
    auth: z.enum(['oauth', 'password']),
    oauth: oauth.optional(),
    imap: serverSettings,
    smtp: serverSettings,
    userName: z.enum(['address', 'local-part']),
    smtpUserName: z.enum(['address', 'local-part']).optional(),
    /** What the consent page says, word for word. */
    consentWords: z.string().max(500).optional(),
    revocation: z.enum(['endpoint', 'none']),
    /** Revoking here also ends the access of the same client ID on other devices. */
    revokesWholeGrant: z.boolean(),
    manageUrl: z.url().optional(),
    appPasswordUrl: z.url().optional(),
    /** Where the provider lets mail programs in: IMAP on, sending on. */
    mailProgramsUrl: z.url().optional(),
    /** The domains in whose name it writes Authentication-Results (RFC 8601); what others write in these names it removes. */
    resultsFrom: z.array(domain).optional(),
    /** The provider files a sent message itself. */
    sendSavesCopy: z.boolean(),
  })
  .refine((one) => one.auth === 'password' || one.oauth !== undefined, 'needs an oauth section');
export type Provider = z.infer<typeof provider>;

export const providerFile = z.strictObject({
  /** Of the format: a program that knows only an older one takes none of the file. */
  version: z.literal(1).default(1),
  /** Where this build's client ID metadata document stands (draft-ietf-oauth-client-id-metadata-document). */
  clientMetadataUrl: z.url({ protocol: /^https$/ }).optional(),
  providers: z.array(provider),
});
