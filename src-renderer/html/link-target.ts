import { cleanLine } from './clean-line.ts';
import { belongTogether, isDisguisedHost } from './host-names.ts';

export type LinkTarget =
  | {
      kind: 'web';
      /** Without the name and the password that may stand before an `@`: nothing of ours gives those to anybody. */
      url: string;
      host: string;
      /** The true host and the path, as they can be shown: the name before an `@` is left out, what is long is cut. */
      shown: string;
      /** What the words of the link pretend, when they name a host of somebody else. */
      claimedHost: string | undefined;
      /** Its address can be taken for another: by a name before the host, or by letters of other scripts. */
      isDisguised: boolean;
    }
  | { kind: 'mail'; url: string; address: string; shown: string }
  | { kind: 'none' };

const MOST_SHOWN = 160;

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

/** `www.` and a dot at the end change nothing about where a link leads. */
function plainHost(host: string): string {
  return host.replace(/^www\./u, '').replace(/\.$/u, '');
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
      : {
          kind: 'mail',
          url: target.href,
          address,
          shown: `mailto:${cleanLine(address)}`.slice(0, MOST_SHOWN),
        };
  }
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') return { kind: 'none' };
  const claimed = hostInWords(words);
  const claimedHost = claimed === undefined ? undefined : parse(`https://${claimed}`)?.hostname;
  const host = target.hostname.replace(/\.$/u, '');
  const isNamed = target.username !== '' || target.password !== '';
  target.username = '';
  target.password = '';
  return {
    kind: 'web',
    url: target.href,
    host,
    shown: `${target.protocol}//${target.host}${target.pathname}${target.search}`.slice(0, MOST_SHOWN),
    claimedHost:
      claimedHost !== undefined && !belongTogether(plainHost(claimedHost), plainHost(host))
        ? claimedHost
        : undefined,
    isDisguised: isNamed || isDisguisedHost(host),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
