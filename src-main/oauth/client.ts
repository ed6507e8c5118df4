import * as oauth from 'oauth4webapi';
import { oauthErrorOf } from './http.ts';
import type { KnownServer } from './known-server.ts';

/** Which program asks. A secret of a desktop program is none (RFC 8252 §8.5), but some providers demand it. */
export type OauthClient = {
  clientId: string;
  secret?: string | undefined;
  /** How the secret is sent (RFC 6749 §2.3.1), once it is known. */
  secretMethod?: SecretMethod | undefined;
  /** Where and with what the server's own registration of this client is deleted (RFC 7592), when it gave one. */
  registration?: { uri: string; token: string } | undefined;
};
export type SecretMethod = 'basic' | 'post';

/** An ID token is taken from a server whose clock, or ours, is wrong by so many seconds. */
const CLOCK_TOLERANCE = 5 * 60;

/**
 * Makes a request as this client. When it is not known how the server wants the secret, the other way is tried after a refusal:
 * a server looks at the client before it looks at the code or token, so nothing is used up.
 * Answers also with the way that was taken.
 */
export async function asClient<T>(
  { server }: KnownServer,
  { clientId, secret, secretMethod }: OauthClient,
  request: (client: oauth.Client, authentication: oauth.ClientAuth) => Promise<T>,
): Promise<{ answer: T; secretMethod?: SecretMethod }> {
  const client: oauth.Client = { client_id: clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE };
  if (secret === undefined) return { answer: await request(client, oauth.None()) };
  const make = { basic: () => oauth.ClientSecretBasic(secret), post: () => oauth.ClientSecretPost(secret) };
  const [first, second] = secretMethod === undefined ? methodsOf(server) : [secretMethod];
  try {
    return { answer: await request(client, make[first]()), secretMethod: first };
  } catch (error) {
    if (second === undefined || oauthErrorOf(error) !== 'invalid_client') throw error;
    return { answer: await request(client, make[second]()), secretMethod: second };
  }
}

function methodsOf(server: oauth.AuthorizationServer): [SecretMethod, SecretMethod?] {
  const offered = server.token_endpoint_auth_methods_supported;
  if (!offered) return ['basic', 'post']; // RFC 8414 §2: basic is the default
  const [first = 'basic', second] = (['basic', 'post'] as const).filter((one) =>
    offered.includes(`client_secret_${one}`),
  );
  return second === undefined ? [first] : [first, second];
}
