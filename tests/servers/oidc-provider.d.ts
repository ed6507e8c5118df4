// The part of oidc-provider 9 that the lab uses; the package brings no types.
declare module 'oidc-provider/lib/provider.js' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export type Token = {
    kind: string;
    jti: string;
    clientId?: string;
    accountId?: string;
    grantId?: string;
    scope?: string;
  };

  export type Interaction = {
    uid: string;
    grantId?: string;
    params: Record<string, string | undefined>;
    session?: { accountId?: string };
  };

  export type Context = {
    body?: unknown;
    oidc: { params?: Record<string, unknown>; provider: Provider };
  };

  type TokenModel = {
    prototype: { generateTokenId(): string };
    revokeByGrantId(grantId: string): Promise<void>;
  };

  export class Provider {
    constructor(issuer: string, configuration: object);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>;
    on(event: 'authorization.success', listener: (ctx: Context, out: Record<string, unknown>) => void): this;
    on(event: 'grant.success' | 'grant.revoked', listener: (ctx: Context, grantId: string) => void): this;
    on(
      event: 'access_token.saved' | 'refresh_token.saved' | 'authorization_code.saved',
      listener: (token: Token) => void,
    ): this;
    on(
      event:
        | 'grant.error'
        | 'server_error'
        | 'authorization.error'
        | 'introspection.error'
        | 'revocation.error',
      listener: (
        ctx: Context,
        error: Error & { error?: string; error_description?: string; error_detail?: string },
      ) => void,
    ): this;
    readonly Client: { prototype: { readonly clientId: string; redirectUriAllowed(uri: string): boolean } };
    readonly Grant: {
      new (properties: {
        accountId: string;
        clientId: string;
      }): {
        addOIDCScope(scope: string): void;
        rejectOIDCScope(scope: string): void;
        save(): Promise<string>;
      };
      find(grantId: string): Promise<{ destroy(): Promise<void> } | undefined>;
    };
    readonly AccessToken: TokenModel;
    readonly RefreshToken: TokenModel;
    readonly AuthorizationCode: TokenModel;
  }
}
