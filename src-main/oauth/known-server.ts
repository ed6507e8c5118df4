import type { AuthorizationServer } from 'oauth4webapi';

/** An authorization server whose endpoints are known and may be used. */
export type KnownServer = {
  server: AuthorizationServer;
  /** False when only endpoints are known: then `iss` cannot be compared and no ID token can be checked. */
  hasIssuer: boolean;
  allowsHttp: boolean;
  /** Named in every request for tokens, so that they are for this server only (RFC 8707). */
  resource?: string;
};
