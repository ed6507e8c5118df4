/**
 * React Aria empties the place from which it tells a screen reader of a changed number with `innerHTML = ''`, which the page's policy
 * (Trusted Types) refuses like every other text that is to become HTML. Nothing but the empty text is let through; all else is refused
 * as before.
 */
type TrustedTypes = {
  createPolicy(name: 'default', rules: { createHTML(html: string): string | null }): unknown;
};

/** Once, before anything is drawn. */
export function allowEmptyHtml(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  trustedTypes?.createPolicy('default', { createHTML: (html) => (html === '' ? '' : null) });
}
