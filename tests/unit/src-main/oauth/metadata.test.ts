import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { discoverServer } from '../../../../src-main/oauth/metadata.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A server that answers as no well-behaved one does. */
async function serve(listener: (issuer: string) => RequestListener): Promise<string> {
  let answer: RequestListener = () => undefined;
  const server = createServer((request, response) => answer(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answer = listener(issuer);
  return issuer;
}

const metadataOf = (issuer: string, more: object = {}) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  code_challenge_methods_supported: ['S256'],
  ...more,
});
const json =
  (body: unknown): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  };
const find = (issuer: string) => discoverServer({ issuer, allowsHttp: true });

describe('the metadata of an authorization server', () => {
  it('comes from RFC 8414, else from OpenID Connect Discovery', async () => {
    const asked: string[] = [];
    const issuer = await serve((own) => (request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.includes('oauth-authorization-server')) return response.writeHead(404).end();
      return json(metadataOf(own))(request, response);
    });
    expect((await find(issuer)).server.token_endpoint).toBe(`${issuer}/token`);
    expect(asked).toEqual(['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']);
  });

  it('is replaced by what the provider file says where the provider publishes none', async () => {
    const issuer = await serve(() => (_request, response) => response.writeHead(404).end());
    const endpoints = { authorization: `${issuer}/a`, token: `${issuer}/t` };
    expect((await discoverServer({ issuer, endpoints, allowsHttp: true })).server).toMatchObject({ issuer });
    await expect(find(issuer)).rejects.toMatchObject({ code: 'authorization-server-invalid' });
  });

  it('is not looked for where a redirect points', async () => {
    const target = await serve((own) => json(metadataOf(own)));
    const issuer = await serve(
      () => (request, response) => response.writeHead(302, { location: `${target}${request.url}` }).end(),
    );
    await expect(find(issuer)).rejects.toMatchObject({ code: 'authorization-server-invalid' });
  });

  it.each([
    ['names another issuer', () => metadataOf('https://other.example')],
    ['knows no PKCE', (own: string) => metadataOf(own, { code_challenge_methods_supported: undefined })],
    [
      'knows only plain PKCE',
      (own: string) => metadataOf(own, { code_challenge_methods_supported: ['plain'] }),
    ],
    [
      'has a token endpoint without TLS',
      (own: string) => metadataOf(own, { token_endpoint: 'http://mail.example/t' }),
    ],
    [
      'has a script for an authorization endpoint',
      (own: string) => metadataOf(own, { authorization_endpoint: 'javascript:alert(1)' }),
    ],
    ['has no token endpoint', (own: string) => metadataOf(own, { token_endpoint: undefined })],
    ['is larger than 1 MB', (own: string) => metadataOf(own, { filler: 'x'.repeat(1_100_000) })],
    ['is no object', () => ['x']],
  ])('is refused when it %s', async (_case, metadata) => {
    const issuer = await serve((own) => json(metadata(own)));
    await expect(find(issuer)).rejects.toMatchObject({ code: 'authorization-server-invalid' });
  });

  it('is waited for, and not replaced, while the server is down', async () => {
    const issuer = await serve(() => (_request, response) => response.writeHead(503).end());
    const endpoints = { authorization: `${issuer}/a`, token: `${issuer}/t` };
    await expect(discoverServer({ issuer, endpoints, allowsHttp: true })).rejects.toMatchObject({
      code: 'authorization-server-unreachable',
      retry: 'later',
    });
    await expect(find('http://127.0.0.1:9')).rejects.toMatchObject({
      code: 'authorization-server-unreachable',
    });
  });

  it('is never asked for over http unless a developer file says so', async () => {
    const source = { issuer: 'http://127.0.0.1:9', allowsHttp: false };
    await expect(discoverServer(source)).rejects.toMatchObject({ code: 'authorization-server-invalid' });
  });
});
