// @ts-check
// The person in the browser: follows redirects, keeps cookies, fills in the sign-in form.

/**
 * `decision: "close"` opens the page and goes away. `scopes` are the boxes that stay ticked (all, when left out).
 * @typedef {{ login: string, password: string, decision?: "allow" | "deny" | "close", scopes?: string[], openRedirect?: boolean, signal?: AbortSignal }} BrowserScript
 */
/**
 * Where the browser ended: with `openRedirect` (the default) the loopback address has been opened, and
 * `page` is its answer.
 * @typedef {{ url: string, status: number, page: string }} BrowserEnd
 */

/**
 * Plays a sign-in from the authorization URL to the redirect on loopback.
 * @param {string} url
 * @param {BrowserScript} script
 * @returns {Promise<BrowserEnd>}
 */
export async function driveBrowser(
  url,
  { login, password, decision = 'allow', scopes, openRedirect = true, signal },
) {
  const home = new URL(url).origin;
  /** @type {Map<string, string>} */
  const cookies = new Map();

  /**
   * @param {string} target
   * @param {RequestInit} [init]
   */
  async function request(target, init = {}) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(target, {
      ...init,
      redirect: 'manual',
      headers: { cookie },
      ...(signal && { signal }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  }

  let at = url;
  let response = await request(at);
  let isFormSent = false;
  for (let hop = 0; hop < 12; hop += 1) {
    const location = response.headers.get('location');
    if (location !== null) {
      at = new URL(location, at).href;
      if (new URL(at).origin !== home) {
        if (!openRedirect) return { url: at, status: response.status, page: '' };
        const last = await fetch(at, signal ? { signal } : {});
        return { url: at, status: last.status, page: await last.text() };
      }
      response = await request(at);
      continue;
    }
    const page = await response.text();
    if (isFormSent || decision === 'close' || !page.includes('name="decision"')) {
      return { url: at, status: response.status, page };
    }
    const offered = [...page.matchAll(/name="scope" value="([^"]+)"/g)].map((match) => match[1] ?? '');
    const form = new URLSearchParams({ login, password, decision });
    for (const scope of offered) if (!scopes || scopes.includes(scope)) form.append('scope', scope);
    isFormSent = true;
    response = await request(at, { method: 'POST', body: form });
  }
  throw new Error('the sign-in went round in a circle');
}
