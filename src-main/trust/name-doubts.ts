import type { Address } from '../../src-shared/model/message.ts';

/** What takes no place: U+200C and U+200D are looked at apart, many scripts are written with them. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2028\u2029\u2800\uffa0]/gu;
/** Signs that stand for themselves there: joiners between letters that join, and in pictures. */
const JOINED = /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}])\u200d(?=\p{Extended_Pictographic})/gu;
const JOINER = /(?<=[\p{L}\p{M}])[\u200c\u200d](?=\p{L})|(?<=\p{M})[\u200c\u200d]/gu;
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Mongolian}]/u;
const PICTURE_STYLE = /(?<=[\p{Emoji}])\ufe0f|(?<=\p{Script=Han})[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
/** A flag of a region is written with tags, and ends with one. */
const FLAG = /\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{2,6}\u{e007f}/gu;
const HEAP_OF_MARKS = /\p{M}{4,}/u;
const CONTROL = /\p{Cc}/u;

/** Whether there is something in it that cannot be seen, that turns the direction of text, or that heaps marks on one letter. */
export function hasInvisibleSigns(text: string): boolean {
  let rest = text.replace(FLAG, '').replace(PICTURE_STYLE, '').replace(JOINED, '');
  if (JOINING.test(rest)) rest = rest.replace(JOINER, '');
  return rest.search(UNSEEN) >= 0 || HEAP_OF_MARKS.test(rest.normalize('NFD')) || CONTROL.test(rest);
}

const IN_NAME =
  /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{1,62}/u;

/** The address that a name claims to be, when it is not that of the sender. */
export function addressClaimedBy({ name, address }: Address): string | undefined {
  // Full-width signs are read as the plain ones.
  const plain = name
    .slice(0, 1_000)
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/\s*@\s*/gu, '@');
  const claimed = IN_NAME.exec(plain)?.[0];
  return claimed !== undefined && claimed.toLowerCase() !== address.normalize('NFKC').toLowerCase()
    ? claimed
    : undefined;
}

/** Names that are the same to a reader: case, marks, order of the words and signs between them do not count. */
export function foldedName(name: string): string {
  return name
    .slice(0, 500)
    .normalize('NFKD')
    .replace(UNSEEN, '')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join(' ');
}
