/**
 * Carries out a sign-in with the program's own code up to the point where a code would be redeemed, as the browser and as everybody who
 * would like to be the browser: nothing leaves this computer, and no provider is asked.
 */
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Clock } from '../base/clock.ts';
import type { requestConsent } from '../oauth/authorize.ts';

export type SignInProbe = {
  link: URL;
  codeVerifier: string | undefined;
  /** HTTP status of the answer to each sender; 0 when there was none. */
  statuses: { forged: number; foreignName: number; right: number; repeated: number };
  /** Addresses of this computer in the network, and those of them under which the listener could be reached. */
  addresses: string[];
  reachable: string[];
  isGone: boolean;
};

const WHOLE_TIME = 15_000;
const REQUEST_TIME = 2_000;
const CONNECT_TIME = 1_000;
const LOOPBACK = '127.0.0.1';

/** Throws what `ask` throws: listener-unavailable. */
export async function probeSignIn(
  provider: Provider,
  { ask, clock }: { ask: typeof requestConsent; clock: Clock },
): Promise<SignInProbe> {
  const { oauth } = provider;
  if (!oauth) throw new TypeError('not a provider that one signs in to');
  const authorization = oauth.endpoints?.authorization ?? new URL('authorize', oauth.issuer).href;
  const end = new AbortController();
  const stop = clock.after(WHOLE_TIME, () => end.abort(new Error('took too long')));
  const text = { tone: 'bad' as const, title: '', text: '', language: 'en' };
  let opened: (url: string) => void = () => undefined;
  const link = new Promise<string>((resolve) => {
    opened = resolve;
  });
  const asked = ask(
    {
      known: {
        server: { issuer: new URL(authorization).origin, authorization_endpoint: authorization },
        hasIssuer: false,
        allowsHttp: false,
      },
      clientIdFor: async () => oauth.clientId || 'check',
      scopes: oauth.scopes.filter((scope) => scope !== 'openid'),
      redirectHost: oauth.redirectHost,
      redirectPath: oauth.redirectPath,
      loginHint: 'check@example.org',
      extraParameters: oauth.extraAuthorizationParameters ?? {},
    },
    {
      clock,
      signal: end.signal,
      openBrowser: async (url) => opened(url),
      onWaiting: () => undefined,
      onAnswered: () => undefined,
      textFor: () => text,
    },
  );
  // Looked at below; until then a failure must not be called unhandled.
  asked.catch(() => undefined);
  try {
    const url = new URL(await Promise.race([link, asked.then(() => link)]));
    const redirect = new URL(url.searchParams.get('redirect_uri') ?? '');
    const port = Number(redirect.port);
    const path = (state: string) => `${redirect.pathname}?code=check&state=${encodeURIComponent(state)}`;
    const state = url.searchParams.get('state') ?? '';
    const send = (target: string, host = redirect.host) => statusOf(port, target, host);

    const forged = await send(path('forged'));
    const foreignName = await send(path(state), `attacker.example:${port}`);
    const addresses = outsideAddresses();
    const reached = await Promise.all(addresses.map((address) => isReachable(address, port)));
    const right = send(path(state));
    const consent = await asked.catch(() => undefined);
    consent?.answer(text);
    const statuses = { forged, foreignName, right: await right, repeated: await send(path(state)) };
    return {
      link: url,
      codeVerifier: consent?.exchange.codeVerifier,
      statuses,
      addresses,
      reachable: addresses.filter((_, index) => reached[index]),
      isGone: !(await isReachable(LOOPBACK, port)),
    };
  } finally {
    stop();
    end.abort(new Error('over'));
  }
}

function statusOf(port: number, path: string, host: string): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      { host: LOOPBACK, port, path, headers: { host }, timeout: REQUEST_TIME, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(0));
    sent.on('close', () => resolve(0));
    sent.end();
  });
}

function outsideAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}

function isReachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIME });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.on('connect', () => end(true));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
  });
}
