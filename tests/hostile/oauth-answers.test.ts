/** What other programs of this computer, and pages in the browser, can do to a sign-in that waits: nothing, and it still completes. */
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { type AuthorizationRequest, requestConsent } from '../../src-main/oauth/authorize.ts';
import { discoverServer } from '../../src-main/oauth/metadata.ts';
import { newAttempt } from '../integration/accounts-world.ts';
import { driveBrowser } from '../servers/browser.mjs';
import { type HostileAuthServer, startHostileAuthServer } from '../servers/hostile-auth-server.mjs';
import { isListening } from '../servers/net.mjs';
import type { RunFolder } from '../servers/run-folder.mjs';
import { hostileProvider, NOTHING, nothingHappened, openHostileWorld, openRunFolder } from './oauth-world.ts';

const PERSON = { login: 'maya@lab.test', password: '' };
let run: RunFolder;
let server: HostileAuthServer;
const sockets: Socket[] = [];
beforeAll(async () => {
  run = openRunFolder();
  server = await startHostileAuthServer();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const key of Object.keys(server.act)) Reflect.deleteProperty(server.act, key);
});
afterAll(async () => {
  await server?.stop();
  await run?.remove();
});

/** A sign-in that waits for the browser, with the address of its listener. */
async function openWaiting() {
  const world = openHostileWorld(run, [hostileProvider(server.issuer)], { person: undefined });
  const next = world.nextLink();
  const attemptId = newAttempt();
  const signedIn = world.signIn({ attemptId });
  signedIn.catch(() => undefined);
  const link = await next;
  const redirect = new URL(new URL(link).searchParams.get('redirect_uri') ?? '');
  const state = new URL(link).searchParams.get('state') ?? '';
  return { world, signedIn, attemptId, link, redirect, state, port: Number(redirect.port) };
}

/** The status, or what the connection came to. */
function ask(url: string, options: { method?: string; host?: string } = {}): Promise<number | string> {
  const { method = 'GET', host } = options;
  return new Promise((resolve) => {
    const headers = host === undefined ? {} : { host };
    const request = httpRequest(url, { method, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', () => resolve('closed'));
    request.end();
  });
}

/** The person's own answer counts all the same, and the listener is gone within a second. */
async function expectCompletes({ world, signedIn, link, port }: Awaited<ReturnType<typeof openWaiting>>) {
  const tokenRequests = server.requestsTo('/token').length;
  expect((await driveBrowser(link, PERSON)).page).toContain('You are signed in.');
  expect(await signedIn).toMatchObject({ address: 'maya@lab.test' });
  expect(server.requestsTo('/token')).toHaveLength(tokenRequests + 1);
  expect(new Set(world.shown.map(({ host }) => host))).toEqual(new Set(['imap.lab.test', 'smtp.lab.test']));
  await expectClosed(port);
}

async function expectClosed(port: number): Promise<void> {
  const until = Date.now() + 15_000;
  while ((await isListening(port)) && Date.now() < until)
    await new Promise((resolve) => setImmediate(resolve));
  expect(await isListening(port)).toBe(false);
}

/** The addresses at which this port listens, as the system itself says. */
function listeningAt(port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/self/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${wanted}`))
      .map(([, local]) => local?.split(':')[0] ?? ''),
  );
}

describe('while a sign-in waits for the browser', () => {
  it('nothing but 127.0.0.1 can be connected to', async () => {
    const waiting = await openWaiting();
    expect(listeningAt(waiting.port)).toEqual(['0100007F']);
    await expectCompletes(waiting);
    expect(listeningAt(waiting.port)).toEqual([]);
  });

  it.each([
    ['a forged code without state', (_state: string) => 'code=forged'],
    ['a forged code with a guessed state', () => `code=forged&state=${'A'.repeat(43)}`],
    ['the right state twice', (state: string) => `code=forged&state=${state}&state=${state}`],
    ['an error in place of the answer', () => 'error=access_denied&state=guessed'],
    ['an empty request', () => ''],
  ])('%s is refused and asks for no token', async (_what, query) => {
    const waiting = await openWaiting();
    const before = server.requestsTo('/token').length;
    expect(await ask(`${waiting.redirect.href}?${query(waiting.state)}`)).toBe(400);
    expect(server.requestsTo('/token')).toHaveLength(before);
    await expectCompletes(waiting);
  });

  it('requests to other paths, with other methods and with other names are refused', async () => {
    const waiting = await openWaiting();
    const { origin, href, port } = waiting.redirect;
    const good = `${href}?code=forged&state=${waiting.state}`;
    const before = server.requestsTo('/token').length;
    expect(await ask(`${origin}/?code=forged&state=${waiting.state}`)).toBe(404);
    expect(await ask(`${origin}/callback?code=forged&state=${waiting.state}`)).toBe(404);
    expect(await ask(`${href}/?code=forged&state=${waiting.state}`)).toBe(404);
    for (const method of ['POST', 'PUT', 'OPTIONS', 'DELETE']) expect(await ask(good, { method })).toBe(405);
    for (const host of [`rebound.example:${port}`, 'rebound.example', `localhost:${port}`, `127.1:${port}`]) {
      expect(await ask(good, { host }), host).toBe(421);
    }
    expect(server.requestsTo('/token')).toHaveLength(before);
    await expectCompletes(waiting);
  });

  it('an address of 1 MB is cut off', async () => {
    const waiting = await openWaiting();
    expect(
      await ask(`${waiting.redirect.href}?state=${waiting.state}&code=${'x'.repeat(1_000_000)}`),
    ).not.toBe(200);
    await expectCompletes(waiting);
  });

  it('1,000 connections, each sending one byte and then nothing, keep nobody out', async () => {
    const waiting = await openWaiting();
    for (let count = 0; count < 1_000; count += 1) {
      const socket = connect(waiting.port, '127.0.0.1');
      socket.on('error', () => undefined).on('connect', () => socket.write('G'));
      sockets.push(socket);
    }
    await expectCompletes(waiting);
  });

  it('another program that posts a code first does not get it taken', async () => {
    const waiting = await openWaiting();
    const stolen = await fetch(`${server.issuer}/auth?redirect_uri=http://127.0.0.1:1/&state=other`, {
      redirect: 'manual',
    });
    const code = new URL(stolen.headers.get('location') ?? '').searchParams.get('code');
    const guess = `${waiting.redirect.href}?code=${code}&state=guessed&iss=${encodeURIComponent(server.issuer)}`;
    expect(await Promise.all([ask(guess), ask(guess), ask(guess, { method: 'POST' })])).toEqual([
      400, 400, 405,
    ]);
    await expectCompletes(waiting);
    expect(server.requestsTo('/token').some(({ form }) => form.code === code)).toBe(false);
  });
});

describe('an answer', () => {
  it('counts once: replayed during and after the sign-in it reaches nobody', async () => {
    const { world, signedIn, link, port } = await openWaiting();
    const before = server.requestsTo('/token').length;
    const { url } = await driveBrowser(link, { ...PERSON, openRedirect: false });
    const statuses = await Promise.all([ask(url), ask(url), ask(url)]);
    await signedIn;
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await ask(url)).toBe('closed');
    expect(server.requestsTo('/token')).toHaveLength(before + 1);
    expect(world.store.accounts.list()).toHaveLength(1);
    await expectClosed(port);
  });

  it('of the sign-in before is worth nothing in the next one', async () => {
    const first = await openWaiting();
    const { url } = await driveBrowser(first.link, { ...PERSON, openRedirect: false });
    first.world.accounts.cancelSignIn(first.attemptId);
    await expect(first.signedIn).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    await expectClosed(first.port);
    const second = await openWaiting();
    expect(await ask(`${second.redirect.href}${new URL(url).search}`)).toBe(400);
    await expectCompletes(second);
  });

  it('is expected nowhere before the browser was sent anywhere', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const known = await discoverServer({ issuer: server.issuer, allowsHttp: true });
    const redirects: string[] = [];
    const controller = new AbortController();
    const consent = requestConsent(
      {
        ...plainRequest(known),
        async clientIdFor(redirectUri) {
          redirects.push(redirectUri);
          await held; // a registration that takes its time
          return 'latchkey-mail';
        },
      },
      surroundings(controller.signal, () => undefined),
    );
    consent.catch(() => undefined);
    await expect.poll(() => redirects.length).toBe(1);
    expect(await ask(`${redirects[0]}?code=early&state=`)).toBe(400);
    expect(await ask(`${redirects[0]}?code=early`)).toBe(400);
    controller.abort(new Error('enough'));
    release();
    await expect(consent).rejects.toThrow('enough');
  });

  it('goes to its own sign-in of 50 that run at the same time, and to no other', async () => {
    const known = await discoverServer({ issuer: server.issuer, allowsHttp: true });
    const started = Array.from({ length: 50 }, () => {
      let link = '';
      const consent = requestConsent(
        plainRequest(known),
        surroundings(new AbortController().signal, (waiting) => {
          link = waiting;
        }),
      );
      return { consent, link: () => link };
    });
    await expect.poll(() => started.every(({ link }) => link() !== '')).toBe(true);
    const answers = await Promise.all(
      started.map(async ({ link }) => (await driveBrowser(link(), { ...PERSON, openRedirect: false })).url),
    );
    const crossed = await Promise.all(
      answers.map((answer, index) => {
        const other = new URL(answers[(index + 1) % answers.length] ?? '');
        return ask(`${other.origin}${other.pathname}${new URL(answer).search}`);
      }),
    );
    expect(new Set(crossed)).toEqual(new Set([400]));
    const opened = answers.map((answer) => ask(answer));
    const codes = await Promise.all(
      started.map(async ({ consent }) => {
        const { exchange, answer } = await consent;
        answer({ tone: 'good', title: 'Done', text: '', language: 'en' });
        return exchange.parameters.get('code');
      }),
    );
    expect(codes).toEqual(answers.map((answer) => new URL(answer).searchParams.get('code')));
    expect(new Set(await Promise.all(opened))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => new URL(answer).port)).size).toBe(50);
  });

  it('of another account never signs this one in', async () => {
    const mine = await openWaiting();
    const theirs = await openWaiting();
    const { url } = await driveBrowser(theirs.link, { ...PERSON, openRedirect: false });
    const before = server.requestsTo('/token').length;
    expect(await ask(`${mine.redirect.href}${new URL(url).search}`)).toBe(400);
    expect(nothingHappened(mine.world)).toEqual(NOTHING);
    expect(server.requestsTo('/token')).toHaveLength(before);
    await expectCompletes(mine);
    await expectCompletes(theirs);
  });

  it.each([
    ['of another server', 'https://evil.example'],
    ['of no server, where this one names itself', undefined],
  ])('%s ends the sign-in with a clear word and no request for tokens', async (_what, iss) => {
    const { world, signedIn, link, port } = await openWaiting();
    const before = server.requestsTo('/token').length;
    server.act.callback = (parameters) =>
      iss === undefined ? parameters.delete('iss') : parameters.set('iss', iss);
    expect((await driveBrowser(link, PERSON)).page).toContain('The answer came from the wrong place.');
    await expect(signedIn).rejects.toMatchObject({ code: 'sign-in-forged' });
    expect(server.requestsTo('/token')).toHaveLength(before);
    expect(world.store.audit.list({ limit: 1 })[0]).toMatchObject({
      kind: 'sign-in-failed',
      facts: { code: 'sign-in-forged' },
    });
    await expectClosed(port);
  });
});

describe('the request to the authorization server', () => {
  it('has a new verifier of 43 to 128 characters, state and path in each of 1,000 sign-ins', async () => {
    const known = await discoverServer({ issuer: server.issuer, allowsHttp: true });
    const verifiers = new Set<string>();
    const states = new Set<string>();
    const paths = new Set<string>();
    async function once(): Promise<void> {
      const controller = new AbortController();
      const consent = requestConsent(plainRequest(known), {
        ...surroundings(controller.signal, () => undefined),
        async openBrowser(link) {
          const { searchParams } = new URL(link);
          expect(searchParams.get('response_type')).toBe('code');
          expect(searchParams.get('code_challenge_method')).toBe('S256');
          const redirect = searchParams.get('redirect_uri') ?? '';
          const state = searchParams.get('state') ?? '';
          states.add(state);
          paths.add(new URL(redirect).pathname);
          await fetch(`${redirect}?code=c&state=${state}&iss=${encodeURIComponent(server.issuer)}`);
        },
      });
      const { exchange, answer } = await consent;
      answer({ tone: 'good', title: '', text: '', language: 'en' });
      expect(exchange.codeVerifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/); // RFC 7636 §4.1
      verifiers.add(exchange.codeVerifier);
    }
    for (let round = 0; round < 50; round += 1) await Promise.all(Array.from({ length: 20 }, once));
    expect([verifiers.size, states.size, paths.size]).toEqual([1_000, 1_000, 1_000]);
  });

  it('proves with its verifier that it began the sign-in, and sends no secret', async () => {
    const waiting = await openWaiting();
    await expectCompletes(waiting);
    const exchange = server.requestsTo('/token').at(-1);
    if (!exchange) throw new Error('no code was exchanged');
    const { form, headers } = exchange;
    expect(server.isRightVerifier(form.code ?? '', form.code_verifier ?? '')).toBe(true);
    expect(form).toMatchObject({ grant_type: 'authorization_code', redirect_uri: waiting.redirect.href });
    expect(Object.keys(form)).not.toContain('client_secret');
    expect(headers.authorization).toBeUndefined();
    expect(server.seen.some(({ form: one }) => one.grant_type === 'password')).toBe(false);
  });
});

type Known = Awaited<ReturnType<typeof discoverServer>>;

const plainRequest = (known: Known): AuthorizationRequest => ({
  known,
  clientIdFor: async () => 'latchkey-mail',
  scopes: ['mail'],
  redirectHost: '127.0.0.1',
  loginHint: PERSON.login,
  extraParameters: {},
});

function surroundings(signal: AbortSignal, onWaiting: (link: string) => void) {
  return {
    clock: systemClock,
    signal,
    openBrowser: async (_link: string) => undefined,
    onWaiting,
    onAnswered: () => undefined,
    textFor: () => ({ tone: 'bad' as const, title: 'Not expected', text: '', language: 'en' }),
  };
}
