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

const HOST_IN_WORDS =
  /^(?:https?:\/\/)?(?:[^\s/@]{1,200}@)?((?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63})(?:[/:?#]|$)/u;

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
  const claimed = HOST_IN_WORDS.exec(words.trim().slice(0, 500))?.[1];
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
