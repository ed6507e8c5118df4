import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { introspectToken } from '../../../../src-main/oauth/introspect.ts';

let answer: { status: number; body: string };
const asked: string[] = [];
const server = http.createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  asked.push(text);
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
});
let issuer: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const client = { clientId: 'latchkey-mail' };
const known = (introspection_endpoint?: string, allowsHttp = true) => ({
  server: { issuer, ...(introspection_endpoint !== undefined && { introspection_endpoint }) },
  hasIssuer: true,
  allowsHttp,
});

it.each([
  [200, '{"active":false}', 'inactive'],
  [200, '{"active":true}', 'active'],
  [200, '{"active":"false"}', undefined],
  [200, 'what?', undefined],
  [401, '{"error":"invalid_client"}', undefined],
  [503, '', undefined],
])('takes an answer of %i %s for %s', async (status, body, said) => {
  answer = { status, body };
  expect(await introspectToken(known(`${issuer}/introspect`), client, 'the-token')).toBe(said);
  expect(asked.at(-1)).toContain('token=the-token');
});

it('sends the token to no address that is not the kind that the server was found at, and asks nobody where there is no endpoint', async () => {
  asked.length = 0;
  expect(await introspectToken(known(), client, 'the-token')).toBeUndefined();
  expect(await introspectToken(known(`${issuer}/introspect`, false), client, 'the-token')).toBeUndefined();
  expect(asked).toEqual([]);
});
