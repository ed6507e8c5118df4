import { readFile, stat } from 'node:fs/promises';
import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type NoticeHandlers = Pick<Handlers, 'providers.loadNotice' | 'providers.getNotice'>;

/** Bytes. */
const LONGEST = 1_000_000;

export function createNoticeHandlers({ mail, providerList, rooms, shell }: EngineContext): NoticeHandlers {
  return {
    'providers.getNotice': () => {
      const notice = providerList.notice();
      if (!notice) return {};
      const { issuedAt, expiresAt, advisories, providers } = notice;
      return {
        notice: {
          issuedAt,
          ...(expiresAt !== undefined && { expiresAt }),
          providers: providers.map(({ name }) => name),
          advisories: advisories.map(({ text, url }) => ({ text, ...(url !== undefined && { url }) })),
        },
      };
    },
    'providers.loadNotice': async () => {
      const { notes } = rooms().store;
      const { paths } = await shell.request('pickFiles', {});
      const [path] = paths;
      if (path === undefined) return { loaded: false, providers: [] };
      const notice = providerList.load(await readNoticeFile(path), {
        isKept: !mail.profile().isTemporary,
        newest: notes.get('notice-issued-at'),
      });
      notes.set('notice-issued-at', notice.issuedAt);
      return { loaded: true, providers: notice.providers.map(({ name }) => name) };
    },
  };
}

async function readNoticeFile(path: string): Promise<string> {
  try {
    const about = await stat(path);
    // A device or a pipe has no end.
    if (!about.isFile() || about.size > LONGEST) throw new Error('no notice');
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MailError('notice-forged', { detail: { because: 'unreadable' }, cause: error });
  }
}
