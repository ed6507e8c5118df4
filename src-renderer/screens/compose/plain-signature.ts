import type { SignatureText } from './body-handle.ts';

const MARK = '\n-- \n';

/** What a signature looks like at the end of a plain text (RFC 3676 §4.3); empty without one. */
export function signatureBlock(signature: SignatureText | undefined): string {
  return signature && signature.text.trim() !== '' ? `\n${MARK}${signature.text}` : '';
}

/**
 * A plain text under another signature. The old one is replaced where it stands unchanged; one that was changed by hand
 * stays, and where there was none the new one comes at the end.
 */
export function swapSignature(
  text: string,
  next: SignatureText | undefined,
  before: SignatureText | undefined,
): string {
  const old = before && before.text.trim() !== '' ? `${MARK}${before.text}` : undefined;
  const at = old === undefined ? -1 : text.lastIndexOf(old);
  const block = signatureBlock(next);
  if (old !== undefined && at >= 0) {
    const start = text.slice(0, at).replace(/\n$/u, '');
    return `${start}${block}${text.slice(at + old.length)}`;
  }
  return `\n${text}`.includes(MARK) ? text : `${text}${block}`;
}

/** The text without its last signature. */
export function withoutSignature(text: string): string {
  const at = `\n${text}`.lastIndexOf(MARK);
  return at < 0 ? text : text.slice(0, at);
}

/** Each line behind `>`; what is quoted already gets one more without a blank between (RFC 3676 §4.5). */
export function quoteLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n');
}
