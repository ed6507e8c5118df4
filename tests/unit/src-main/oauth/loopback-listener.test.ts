import { request as httpRequest } from 'node:http';
import { connect, Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LoopbackListener, openLoopbackListener } from '../../../../src-main/oauth/loopback-listener.ts';

const TEXT = { tone: 'bad' as const, title: 'Not expected <&>', text: 'Close this page.', language: 'en' };
const listeners: LoopbackListener[] = [];
const sockets: Socket[] = [];

async function open(options: { path?: string; redirectHost?: '127.0.0.1' | 'localhost' } = {}) {
  const listener = await openLoopbackListener({
    redirectHost: '127.0.0.1',
    isAwaited: (parameters) => parameters.get('state') === 'right',
    refusedText: TEXT,
    ...options,
  });
  listeners.push(listener);
  return listener;
}
afterEach(() => {
  vi.restoreAllMocks();
  for (const listener of listeners.splice(0)) listener.close();
  for (const socket of sockets.splice(0)) socket.destroy();
});

function ask(url: string, options: { method?: string; host?: string } = {}): Promise<number> {
  const { method = 'GET', host } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method, ...(host !== undefined && { headers: { host } }) },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    request.end();
  });
}

/** The right answer still counts. */
async function expectStillOpen(listener: LoopbackListener): Promise<void> {
  const answered = fetch(`${listener.redirectUri}?state=right&code=c`);
  const callback = await listener.callback;
  expect(callback.parameters.get('code')).toBe('c');
  callback.answer({ ...TEXT, tone: 'good', title: 'Done' });
  expect(await (await answered).text()).toContain('<h1>Done</h1>');
}

describe('the loopback listener', () => {
  it('refuses every other request, and the right one still counts', async () => {
    const listener = await open();
    const { redirectUri } = listener;
    const { port } = new URL(redirectUri);
    expect(await ask(`${redirectUri}?state=wrong&code=x`)).toBe(400);
    expect(await ask(`http://127.0.0.1:${port}/`)).toBe(404);
    expect(await ask(`http://127.0.0.1:${port}/favicon.ico`)).toBe(404);
    expect(await ask(`${redirectUri}?state=right`, { method: 'POST' })).toBe(405);
    expect(await ask(`${redirectUri}?state=right`, { method: 'OPTIONS' })).toBe(405);
    for (const host of [
      `evil.example:${port}`,
      `localhost:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port}.evil.example`,
    ]) {
      expect(await ask(`${redirectUri}?state=right`, { host }), host).toBe(421);
    }
    expect(await ask(`${redirectUri}?state=right&x=${'a'.repeat(100_000)}`).catch(() => 431)).toBe(431);
    await expectStillOpen(listener);
  });

  it('has another port and another path each time', async () => {
    const uris = await Promise.all(Array.from({ length: 20 }, async () => (await open()).redirectUri));
    expect(new Set(uris.map((uri) => new URL(uri).pathname)).size).toBe(20);
    expect(new Set(uris.map((uri) => new URL(uri).port)).size).toBe(20);
  });

  it('answers while many connections are held open and send nothing or one byte', async () => {
    const listener = await open();
    const port = Number(new URL(listener.redirectUri).port);
    const held = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'));
    sockets.push(...held);
    for (const socket of held) socket.on('error', () => undefined).write('G');
    await expectStillOpen(listener);
  });

  it('takes a registered path, and the name localhost where the provider knows no address literal', async () => {
    const listener = await open({ path: '', redirectHost: 'localhost' });
    expect(listener.redirectUri).toMatch(/^http:\/\/localhost:\d+$/);
    const { port } = new URL(listener.redirectUri);
    expect(await ask(`http://127.0.0.1:${port}/?state=right`)).toBe(421);
    const answered = ask(`http://127.0.0.1:${port}/?state=right`, { host: `localhost:${port}` });
    (await listener.callback).answer(TEXT);
    expect(await answered).toBe(200);
  });

  it.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])(
    'is on ::1 when 127.0.0.1 is not to be had (%s), unless the provider wants a name',
    async (code) => {
      const listen = Server.prototype.listen;
      vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
        if (args[1] !== '127.0.0.1') return Reflect.apply(listen, this, args);
        process.nextTick(() => this.emit('error', Object.assign(new Error(code), { code })));
        return this;
      });
      const listener = await open();
      expect(listener.redirectUri).toMatch(/^http:\/\/\[::1\]:\d+\/[\w-]{32}$/);
      await expectStillOpen(listener);
      await expect(open({ redirectHost: 'localhost' })).rejects.toMatchObject({
        code: 'listener-unavailable',
      });
    },
  );

  it('says so when the computer lets nobody listen', async () => {
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
      process.nextTick(() => this.emit('error', Object.assign(new Error('no'), { code: 'EACCES' })));
      return this;
    });
    await expect(open()).rejects.toMatchObject({ code: 'listener-unavailable' });
  });

  it('shows a page with no script, no way out, and its texts escaped', async () => {
    const listener = await open();
    const response = await fetch(`${listener.redirectUri}?state=%3Cscript%3E`);
    const page = await response.text();
    expect(page).toContain('Not expected &#60;&#38;&#62;');
    expect(page).not.toContain('script');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
