/**
 * What may reach a log line. Secrets are kept out by never handing them to the log; this is the net below:
 * it cuts what looks like one (bearer tokens, authorization codes, long random strings) and what a key calls one.
 */
const SECRET_KEY = /pass|secret|token|authorization|cookie|verifier|^code$|^state$|credential/i;
const SECRET_TEXT = [
  /\b(Bearer|Basic|XOAUTH2|OAUTHBEARER|PLAIN|LOGIN)\s+\S+/gi,
  /([?&#](?:code|state|access_token|refresh_token|id_token|client_secret|code_verifier)=)[^&\s"']+/gi,
  /\b[A-Za-z0-9_+/-]{32,}={0,2}/g,
];

/** The text without what looks like a secret. */
export function redactText(text: string): string {
  return SECRET_TEXT.reduce(
    (rest, pattern) => rest.replace(pattern, (_, kept) => `${typeof kept === 'string' ? kept : ''}[cut]`),
    text,
  );
}

export type LogFacts = Record<string, string | number | boolean | undefined>;

export function redactFacts(facts: LogFacts): LogFacts {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [
      key,
      SECRET_KEY.test(key) ? '[cut]' : typeof value === 'string' ? redactText(value) : value,
    ]),
  );
}
