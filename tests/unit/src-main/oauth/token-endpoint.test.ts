import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { refreshTokens } from '../../../../src-main/oauth/token-endpoint.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close().closeAllConnections();
});

/** Asks a token endpoint that answers with this life of the access token, in seconds. */
async function renewAt(now: number, expiresIn: number) {
  const token = { access_token: 'a', token_type: 'Bearer', expires_in: expiresIn };
  const own = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(token)),
  );
  server = own;
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
  const known = {
    server: { issuer, token_endpoint: `${issuer}/token` },
    hasIssuer: true,
    allowsHttp: true,
  };
  return refreshTokens(known, { clientId: 'c' }, 'r', now);
}

describe('the end of an access token', () => {
  it('is what the server says', async () => {
    expect((await renewAt(1_000, 3_600)).expiresAt).toBe(3_601_000);
  });

  it.each([1e15, 1e300, Number.MAX_VALUE])(
    'is a time that can be written when the server says %d',
    async (life) => {
      const { expiresAt = 0 } = await renewAt(1_700_000_000_000, life);
      expect(() => new Date(expiresAt).toISOString()).not.toThrow();
    },
  );
});
