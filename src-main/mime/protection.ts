/** Whether a message is signed or encrypted, by its form alone: nothing is checked here, and nothing opened. */
import type { BodyContent } from '../../src-shared/model/message-body.ts';
import type { Part } from './parse-parts.ts';

type Protection = NonNullable<BodyContent['protection']>;

/** The outermost protection (RFC 1847, RFC 3156, RFC 8551), or that of armour in the text; undefined where there is none. */
export function protectionOf(root: Part, text: string): Protection | undefined {
  return protectionOfPart(root, 0) ?? protectionOfText(text);
}

function protectionOfPart(part: Part, depth: number): Protection | undefined {
  const protocol = (part.params.get('protocol') ?? '').toLowerCase();
  const method = /pkcs7/.test(protocol) ? 'smime' : 'openpgp';
  if (part.type === 'multipart/signed') return { kind: 'signed', method };
  if (part.type === 'multipart/encrypted') return { kind: 'encrypted', method };
  if (/^application\/(?:x-)?pkcs7-mime$/.test(part.type)) {
    const isSigned = part.params.get('smime-type')?.toLowerCase() === 'signed-data';
    return { kind: isSigned ? 'signed' : 'encrypted', method: 'smime' };
  }
  // A mailing list puts its footer beside what it passes on.
  if (part.type !== 'multipart/mixed' || depth >= 3) return undefined;
  for (const child of part.children) {
    const found = protectionOfPart(child, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** RFC 9580 §6.2: armour that somebody wrote, not what somebody quoted. */
function protectionOfText(text: string): Protection | undefined {
  if (!text.includes('-----BEGIN PGP ')) return undefined;
  if (/^-----BEGIN PGP MESSAGE-----[ \t]*$/m.test(text)) return { kind: 'encrypted', method: 'openpgp' };
  if (/^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*$/m.test(text)) return { kind: 'signed', method: 'openpgp' };
  return undefined;
}
