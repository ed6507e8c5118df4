/** Every bound that keeps a hostile or broken input from taking the machine, in one place. Sizes in bytes, times in milliseconds. */
export const LIMITS = {
  /** A sign-in in the browser (RFC 8252 §8.3: the listener is open only while needed). */
  signInTimeout: 5 * 60_000,
  /** A sign-in by another device (RFC 8628), however long the server would wait. */
  deviceTimeout: 30 * 60_000,
  httpTimeout: 20_000,
  /** Each source of settings for an address, each server that is only guessed at, then the authorization servers that they name; and the size of a settings file. */
  discoverySource: 5_000,
  discoveryGuess: 3_000,
  discoveryAccess: 3_000,
  settingsFile: 256_000,
  /** An access token is not trusted for longer, whatever its server says: beyond, a time is none that a calendar can write. */
  accessTokenLife: 366 * 24 * 60 * 60_000,
  httpBody: 1_000_000,
  connectTimeout: 20_000,
  greetingTimeout: 15_000,
  socketTimeout: 90_000,
  /** Longest that an IMAP server may say nothing at all while a command waits for it. */
  imapSilence: 30_000,
  keychainTimeout: 20_000,
  /** Longest that a renewal waits for another program's, and that one may keep others waiting. */
  renewalWait: 25_000,
  renewalHold: 90_000,
  /** Secrets that a window submitted and nobody has used yet, and sign-ins that run at the same time. */
  credentials: 20,
  signIns: 5,
  /** Addresses that are looked up, and servers of identities that are tried, at the same time. */
  discoveries: 4,
  identityChecks: 4,
  /** Longest that a sign-out waits for connections to close, and for what waited to be finished. */
  disconnectTimeout: 5_000,
  finishTimeout: 60_000,
  /** Longest that a sign-out waits for each answer of the provider: what is not answered by then is asked again later. */
  revokeTimeout: 8_000,
  /** The same, while no connection to the account's servers is open: then there is little hope. */
  finishOfflineTimeout: 10_000,
  /** Longest that the end of the program waits for what it has begun with accounts; the shell ends the engine a little later. */
  stopTimeout: 8_000,
  mimeDepth: 100,
  mimeParts: 10_000,
  /** The slowest honest message takes a tenth of it; what is made to be complex is known before it is read. */
  mimeTime: 10_000,
  messageSize: 64_000_000,
  draftAttachments: 25_000_000,
  undoWindow: 10_000,
} as const;
