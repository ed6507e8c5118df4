const MOST = 200;
/** Enough to find 200 visible characters even when many are not. */
const LOOKED_AT = 20_000;

const ATTRIBUTION =
  /^.{0,200}(?:wrote|writes|schrieb|écrit|escribió|ha scritto|schreef|skrev|napisał|写道|さん)\s*[:：]$/iu;
const FORWARD_OR_OLD =
  /^(?:-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine)\s*-{2,}|_{20,})$/iu;

const INVISIBLE = /\p{Cc}|\p{Cf}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u2800|\u3164|\uffa0/gu;

/**
 * The first words of a message for lists: about 200 characters, without quoted mail, signature, link addresses, and the
 * invisible characters with which newsletters fill the space behind their first line.
 */
export function previewOf(text: string): string {
  const kept: string[] = [];
  for (const line of text.slice(0, LOOKED_AT).split(/\r\n|\r|\n/)) {
    const visible = line.trim();
    if (FORWARD_OR_OLD.test(visible) || line === '-- ') break;
    if (visible.startsWith('>')) {
      while (kept.length > 0 && ATTRIBUTION.test(kept.at(-1) ?? '')) kept.pop();
      continue;
    }
    if (visible !== '') kept.push(visible);
  }
  const words = kept
    .join(' ')
    .replace(/[<([]?https?:\/\/[^\s<>()[\]]{1,4000}[>)\]]?/gi, ' ')
    .replace(INVISIBLE, '')
    .replace(/[-=_*#~·•.]{4,}/g, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const characters = Array.from(words.slice(0, MOST * 2));
  return characters.length <= MOST ? words.slice(0, MOST * 2) : characters.slice(0, MOST).join('').trimEnd();
}
