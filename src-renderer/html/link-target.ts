import { cleanLine } from './clean-line.ts';

export type LinkTarget =
  | {
      kind: 'web';
      url: string;
      host: string /** What the words of the link pretend, when they name another host. */;
      claimedHost: string | undefined;
      hasUserInfo: boolean;
    }
  | { kind: 'mail'; url: string; address: string }
  | { kind: 'none' };

/** At the beginning of a word: brackets, arrows and quotation marks before it say nothing about where it leads. */
const HOST_IN_WORD =
  /^[^\p{L}\p{N}]*(https?:\/\/|www\.)?(?:[^\s/@]{1,200}@)?((?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}[\p{L}\p{N}-]{1,62})(?![\p{L}\p{N}-]|\.[\p{L}\p{N}])/iu;

/**
 * The host that the words of a link name: the first word, or any later one that begins like an address ("Node.js" in the
 * middle of a sentence is none). What cannot be seen is no word, and a full stop is one in every script.
 */
function hostInWords(words: string): string | undefined {
  const visible = cleanLine(words.slice(0, 2000).normalize('NFKC').replace(/[。｡]/gu, '.'));
  const spoken = visible.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word));
  for (const [index, word] of spoken.entries()) {
    const found = HOST_IN_WORD.exec(word.slice(0, 500));
    if (found?.[2] === undefined || (index > 0 && found[1] === undefined)) continue;
    return found[1]?.toLowerCase() === 'www.' ? `www.${found[2]}` : found[2];
  }
  return undefined;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function withoutWww(host: string): string {
  return host
    .toLowerCase()
    .replace(/^www\./u, '')
    .replace(/\.$/u, '');
}

/** Same host, or one is a part of the other. */
function belongsTogether(one: string, other: string): boolean {
  const a = withoutWww(one);
  const b = withoutWww(other);
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

/**
 * Where a link really leads, from its address and its words. Hosts come out in ASCII (xn--), so that letters of another
 * script cannot pass for ours; `claimedHost` is set when the words name a host to which the link does not lead.
 */
export function readLink(url: string, words: string): LinkTarget {
  const target = parse(url.trim());
  if (target?.protocol === 'mailto:') {
    const address = decode(target.pathname).split(',')[0]?.trim() ?? '';
    return address === '' || /[\r\n]/u.test(address)
      ? { kind: 'none' }
      : { kind: 'mail', url: target.href, address };
  }
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') return { kind: 'none' };
  const claimed = hostInWords(words);
  const claimedHost = claimed === undefined ? undefined : parse(`https://${claimed}`)?.hostname;
  return {
    kind: 'web',
    url: target.href,
    host: target.hostname,
    claimedHost:
      claimedHost !== undefined && !belongsTogether(claimedHost, target.hostname) ? claimedHost : undefined,
    hasUserInfo: target.username !== '' || target.password !== '',
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
