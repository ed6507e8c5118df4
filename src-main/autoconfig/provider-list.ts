/**
 * The presets as they are now: those of the release, with what the notice in use says of them. `notice.json` in the profile keeps the notice
 * as it came, and each start verifies it again: a file that somebody changed is not used.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { MailError, nodeErrorCode } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { writeFileWhole } from '../base/write-file.ts';
import { applyNotice, type Notice, readNotice, refuseOlder } from './notice.ts';
import type { Provider } from './provider-file.ts';

const FILE_NAME = 'notice.json';

export type ProviderList = {
  /** One and the same list for everybody, whose contents a notice changes. */
  readonly providers: Provider[];
  notice(): Notice | undefined;
  /**
   * Puts a notice to use; with `isKept` also after the next start. `newest`: when the newest one was issued that was ever used.
   * Throws notice-forged, disk-full, file-unwritable; the one before stays in use then.
   */
  load(text: string, options: { isKept: boolean; newest: number | undefined }): Notice;
  /** Somebody put an older file in the place of the newest: it is not used. */
  refuseOlderThan(newest: number | undefined): void;
  /** The release's own presets again. */
  forget(): void;
};

export function createProviderList({
  shipped,
  directory,
  publicKey,
  clock,
  log,
}: {
  shipped: readonly Provider[];
  directory: string;
  publicKey: string | undefined;
  clock: Pick<Clock, 'now'>;
  log: Log;
}): ProviderList {
  const path = join(directory, FILE_NAME);
  const providers: Provider[] = [];
  let current: Notice | undefined;

  function use(notice: Notice | undefined): void {
    current = notice;
    providers.splice(0, providers.length, ...applyNotice(shipped, notice));
  }

  function readKept(): Notice | undefined {
    try {
      return readNotice(readFileSync(path, 'utf8'), publicKey, clock.now());
    } catch (error) {
      if (nodeErrorCode(error) !== 'ENOENT') log.warn('notice not used', errorFacts(error));
      return undefined;
    }
  }

  use(readKept());
  return {
    providers,
    notice: () => current,
    load(text, { isKept, newest }) {
      const notice = readNotice(text, publicKey, clock.now());
      refuseOlder(notice, Math.max(newest ?? 0, current?.issuedAt ?? 0));
      if (isKept) writeFileWhole(path, text);
      use(notice);
      return notice;
    },
    refuseOlderThan(newest) {
      try {
        if (current) refuseOlder(current, newest);
      } catch (error) {
        if (!(error instanceof MailError)) throw error;
        log.warn('notice not used', errorFacts(error));
        use(undefined);
      }
    },
    forget() {
      rmSync(path, { force: true });
      use(undefined);
    },
  };
}
