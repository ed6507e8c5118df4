/**
 * Starts a worker of ours. The page's policy takes no plain string for the address of a script (Trusted Types); this is the one place that
 * makes an address trusted, and it takes none but those of the page's own origin.
 */

type ScriptUrl = URL;
type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): ScriptUrl };
};

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/** `url` as the bundler gives it for `?worker&url`. Throws when it is not one of our own. */
export function openWorker(url: string): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy('latchkey-worker', { createScriptURL: ownUrl });
  return new Worker(policy ? policy.createScriptURL(url) : ownUrl(url), { type: 'module' });
}

function ownUrl(url: string): string {
  const { href, protocol, host } = new URL(url, location.href);
  if (protocol !== location.protocol || host !== location.host) throw new TypeError('not ours');
  return href;
}
