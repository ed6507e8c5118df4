/** How a connection proves who it is, without knowing where the secret comes from. */

export type AccessToken = { accessToken: string; expiresAt: number | undefined };

/**
 * Gives access tokens for one grant. `get` answers from memory while the token is good for a minute more, else renews it
 * (one renewal at a time for each grant). `invalidate` says that a server refused this very token, so that `get` renews once.
 */
export type AccessTokenSource = {
  get(signal?: AbortSignal): Promise<AccessToken>;
  invalidate(accessToken: string): void;
};

export type Authentication =
  | { kind: 'oauth'; user: string; token: AccessTokenSource }
  | { kind: 'password'; user: string; password(): Promise<string>; scram?: ScramMemory };

/**
 * Which servers have offered SCRAM for this password. They are never given the password itself afterwards: one that suddenly wants
 * it is not the one that it was.
 */
export type ScramMemory = { isKnown(host: string): boolean; note(host: string): void };
