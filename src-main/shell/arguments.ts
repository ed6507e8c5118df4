/**
 * What may be said on the command line. A second start hands its arguments to the first, and any program can start us:
 * so only these are read, and each is checked where it is used.
 */
import { resolve } from 'node:path';

export type Arguments = { address: string | undefined; locale: string | undefined };

export function readArguments(argv: readonly string[]): Arguments {
  const value = (name: string) => argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);
  const address = value('address');
  const locale = value('locale');
  return {
    address: address !== undefined && address.length <= 254 ? address : undefined,
    locale: locale !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(locale) ? locale : undefined,
  };
}

/** What another program wants written: a mailto: link, and files that it would have attached. */
export type Wanted = { mailto: string | undefined; attach: string[] };

const LONGEST_LINK = 100_000;
const LONGEST_PATH = 4_096;
/** More cannot be shown to the person at once. */
const MOST_SHARED = 20;

export const isMailto = (text: string): boolean => /^mailto:/i.test(text) && text.length <= LONGEST_LINK;

/** A file of another computer: to look at one tells that computer who looks (Windows), before anybody was asked. */
const isShare = (path: string): boolean => /^[\\/]{2}/.test(path);

/**
 * `--attach=PATH` may stand several times; a path is taken from `folder` on, where that program was. Beside a link none counts: a link comes
 * from a page or a mail, and on Windows one with a quote in it becomes several arguments.
 */
export function readWanted(argv: readonly string[], folder: string): Wanted {
  const mailto = argv.find(isMailto);
  if (mailto !== undefined) return { mailto, attach: [] };
  const paths = argv
    .filter((one) => one.startsWith('--attach='))
    .map((one) => one.slice('--attach='.length))
    .filter((path) => path !== '' && path.length <= LONGEST_PATH && !path.includes('\0') && !isShare(path))
    .map((path) => resolve(folder, path));
  return { mailto, attach: [...new Set(paths)].slice(0, MOST_SHARED) };
}
