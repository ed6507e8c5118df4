/** With which client ID a sign-in asks: one that is there, the address of our metadata document, or one that the server gives. */
import type { Grant } from '../../src-shared/model/grant.ts';
import { MailError } from '../base/errors.ts';
import type { OauthClient } from '../oauth/client.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import { canRegister, registerClient } from '../oauth/register.ts';
import type { OauthAccess } from './sign-in-plan.ts';

export type ClientOwner = NonNullable<Grant['clientIdOwner']>;

/** `path`: where the browser comes back to, when the client ID says so. */
export type ClientSource = {
  owner: ClientOwner;
  path: string | undefined;
  obtain(redirectUri: string | undefined, signal: AbortSignal): Promise<OauthClient>;
};

/** What our metadata document names as redirect URI, without the port (RFC 8252 §7.3). */
const DOCUMENT_PATH = '/';

/**
 * Whether a client ID of this server's own giving may be used. Who gives client IDs can give the one of another program at another
 * provider, and send the browser on there: the person agrees to what that page says, its code comes here, and would be taken to the wrong
 * server (mix-up, RFC 9700 §4.4). The name in the answer tells them apart (RFC 9207), so a stranger has to promise it.
 */
export function mayGiveClient(
  { isStranger }: Pick<OauthAccess, 'isStranger'>,
  { server }: KnownServer,
): boolean {
  return !isStranger || server.authorization_response_iss_parameter_supported === true;
}

/**
 * `clientMetadataUrl`: where our client ID metadata document stands (draft-ietf-oauth-client-id-metadata-document); undefined
 * in a build without one. Throws client-id-missing when the server takes no client that it does not know,
 * or may give none.
 */
export function clientSourceOf(
  { client, clientIdOwner, redirectPath, scopes, isStranger }: OauthAccess,
  known: KnownServer,
  clientMetadataUrl: string | undefined,
): ClientSource {
  if (client) return { owner: clientIdOwner, path: redirectPath, obtain: async () => client };
  const host = new URL(known.server.issuer).host;
  if (!mayGiveClient({ isStranger }, known)) throw new MailError('client-id-missing', { detail: { host } });
  const takesDocument = known.server.client_id_metadata_document_supported === true;
  if (takesDocument && clientMetadataUrl !== undefined) {
    const document = { clientId: clientMetadataUrl };
    return { owner: 'metadata-document', path: DOCUMENT_PATH, obtain: async () => document };
  }
  if (!canRegister(known)) {
    throw new MailError('client-id-missing', { detail: { host } });
  }
  return {
    owner: 'registered',
    path: redirectPath,
    obtain: (redirectUri, signal) => registerClient(known, { redirectUri, scopes }, signal),
  };
}
