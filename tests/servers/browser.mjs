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

  const request = (/** @type {string} */ target, /** @type {RequestInit} */ init = {}) =>
    requestWith(cookies, target, { ...init, ...(signal && { signal }) });

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

/**
 * Plays the person with another device (RFC 8628): opens the page, types the code, signs in and agrees.
 * @param {string} page
 * @param {string} code
 * @param {BrowserScript} script
 * @returns {Promise<BrowserEnd>}
 */
export async function driveDevice(page, code, script) {
  /** @type {Map<string, string>} */
  const cookies = new Map();
  let at = page;
  let response = await requestWith(cookies, at);
  let isDecided = false;
  for (let hop = 0; hop < 12; hop += 1) {
    const location = response.headers.get('location');
    if (location !== null) {
      at = new URL(location, at).href;
      response = await requestWith(cookies, at);
      continue;
    }
    const html = await response.text();
    /** @type {DeviceForm | undefined} */
    const form = isDecided ? undefined : formOf(html, code, script);
    if (!form) return { url: at, status: response.status, page: html };
    isDecided = form.fields.get('decision') === 'deny';
    at = new URL(form.action, at).href;
    response = await requestWith(cookies, at, { method: 'POST', body: form.fields });
  }
  throw new Error('the sign-in went round in a circle');
}

/** @typedef {{ action: string, fields: URLSearchParams }} DeviceForm */
/**
 * The next form of the device pages, filled in; undefined when there is none.
 * @param {string} html
 * @param {string} code
 * @param {BrowserScript} script
 * @returns {DeviceForm | undefined}
 */
function formOf(html, code, { login, password, decision = 'allow' }) {
  if (html.includes('name="decision"')) {
    const offered = [...html.matchAll(/name="scope" value="([^"]+)"/g)].map((match) => match[1] ?? '');
    const fields = new URLSearchParams({ login, password, decision });
    for (const scope of offered) fields.append('scope', scope);
    return { action: '', fields };
  }
  const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1];
  if (action === undefined) return undefined;
  const fields = new URLSearchParams({ user_code: code });
  for (const [input] of html.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]+)"/.exec(input)?.[1];
    if (name !== undefined && name !== 'user_code')
      fields.set(name, /value="([^"]*)"/.exec(input)?.[1] ?? '');
  }
  if (html.includes('op.deviceConfirmForm')) fields.set('confirm', 'yes');
  return { action, fields };
}

/**
 * @param {Map<string, string>} cookies
 * @param {string} target
 * @param {RequestInit} [init]
 */
async function requestWith(cookies, target, init = {}) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(target, { ...init, redirect: 'manual', headers: { cookie } });
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
  return response;
}
