/**
 * Keeps the mail of the profile open: opens it, and opens it again when the keychain was unlocked, when the disk has room again, and when
 * store.db was found damaged. The rooms that need the store come and go with it; while it is closed, `problem` says why.
 */
import { mkdirSync } from 'node:fs';
import type { ProfileState } from '../../src-shared/model/profile.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createDiskWatch } from '../profile/disk-watch.ts';
import { eraseProfile, isErasing } from '../profile/privacy-erase.ts';
import {
  openProfile,
  type Profile,
  type ProfileOptions,
  replaceProfile,
  restoreKey,
} from '../profile/profile.ts';
import { hasCrashed, keepChecking } from '../store/check-store.ts';
import type { StoreTrouble } from '../store/store.ts';
import type { MailRooms } from './mail-rooms.ts';

export type ConnectedRooms = { rooms: MailRooms; close(): Promise<void> };

export type MailKeeperOptions = Omit<ProfileOptions, 'onTrouble'> & {
  checkWorker: string;
  checkpointWorker: string;
  log: Log;
  /** Before any room begins: the keychain has answered, and nobody has heard anything of the mail. Never throws. */
  onOpening(): Promise<void>;
  /** Builds the rooms over a profile that was opened, and starts them. */
  connect(profile: Profile): ConnectedRooms;
  /** After each attempt to open the mail. */
  onOpened(): void;
  onProfile(state: ProfileState): void;
};

export type MailKeeper = {
  /** Throws why the mail is not open. */
  rooms(): MailRooms;
  profile(): Profile;
  problem(): MailError | undefined;
  /** What whoever wants the mail has to wait for first. */
  busy(): Promise<void> | undefined;
  open(): Promise<void>;
  /** Opens the mail with the recovery code. Throws recovery-code-wrong, or why this is not the time for it. */
  restore(code: string): Promise<void>;
  /** Puts what cannot be opened aside and begins anew. Throws input-invalid while the mail is open. */
  replace(): Promise<void>;
  /** Leaves nothing of the profile and begins anew. Throws why the mail is not open, or as `eraseProfile`: then it is open or goes on at the next start. */
  erase(): Promise<void>;
  /** Undefined while the mail is not open. */
  state(): ProfileState | undefined;
  /** Tells that the state is another one. */
  tell(): void;
  /** For good. `last` runs when the rooms are closed and the store is not yet. */
  close(last: () => Promise<void>): Promise<void>;
};

/** What a code or a new beginning can help against. */
const LOST = ['store-key-lost', 'store-unreadable'];

export function createMailKeeper(options: MailKeeperOptions): MailKeeper {
  const { directory, clock, log } = options;
  let open:
    | (ConnectedRooms & { profile: Profile; checks: { stop(): Promise<void> } | undefined })
    | undefined;
  let problem: MailError | undefined = new MailError('busy', { retry: 'later' });
  let running: Promise<void> | undefined;
  let isClosing = false;
  const disk = createDiskWatch({ directory, clock, onChange: onDisk });
  const profileOptions: ProfileOptions = { ...options, onTrouble };

  /** One after the other; who comes meanwhile waits for what is running. */
  function inTurn(task: () => Promise<void>): Promise<void> {
    running ??= task().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function tryOpen(): Promise<void> {
    if (open || isClosing) return;
    try {
      mkdirSync(options.temporaryDirectory, { recursive: true });
      if (isErasing(directory)) await eraseProfile(options);
      const wasCrash = hasCrashed(directory);
      const profile = await openProfile(profileOptions);
      await options.onOpening();
      connect(profile, wasCrash);
    } catch (error) {
      fail(error);
    }
    options.onOpened();
    tell();
  }

  function connect(profile: Profile, wasCrash: boolean): void {
    const { store } = profile;
    store.checkpointIn(options.checkpointWorker);
    const connected = options.connect(profile);
    const checks = profile.isTemporary
      ? undefined
      : keepChecking({
          store,
          directory,
          key: profile.key(),
          workerPath: options.checkWorker,
          wasCrash,
          clock,
          log,
          onDamage: mend,
        });
    const unsubscribe = store.feed.subscribe(({ kind }) => {
      if (kind === 'profile') tell();
    });
    problem = undefined;
    open = {
      ...connected,
      profile,
      checks,
      async close() {
        unsubscribe();
        await Promise.all([checks?.stop(), connected.close()]);
      },
    };
  }

  function fail(error: unknown): void {
    problem = toMailError(error);
    log.warn('mail not open', errorFacts(error));
    if (problem.code === 'disk-full') disk.tellFull();
  }

  function onTrouble({ file, error }: StoreTrouble): void {
    if (error.code === 'disk-full') disk.tellFull();
    if (error.code === 'store-unreadable') mend(file);
  }

  /** Found damaged while it is in use: the rooms are closed, the file is put aside, and they open over a new one. */
  function mend(file: 'journal' | 'store'): void {
    if (!open || running || isClosing) return;
    const broken = open;
    void inTurn(async () => {
      log.warn('store damaged', { file });
      open = undefined;
      problem = new MailError('busy', { retry: 'later' });
      // Whoever ran into it finishes first.
      await Promise.resolve();
      try {
        await broken.close();
      } catch (error) {
        log.warn('rooms not closed', errorFacts(error));
      }
      try {
        if (file === 'journal') {
          broken.profile.close();
          throw new MailError('store-unreadable');
        }
        broken.profile.rebuild();
        connect(broken.profile, false);
      } catch (error) {
        fail(error);
      }
      options.onOpened();
      tell();
    });
  }

  function onDisk(state: 'ok' | 'full'): void {
    log.warn('disk', { state });
    tell();
    if (state === 'full') return;
    if (!open) void inTurn(tryOpen);
    else {
      open.profile.store.tellAgain();
      open.rooms.sync.wake();
      open.rooms.outbox.wake();
    }
  }

  function stateNow(): ProfileState | undefined {
    return open && { disk: disk.state(), ...open.profile.state() };
  }

  function tell(): void {
    const state = stateNow();
    if (state) options.onProfile(state);
  }

  function requireLost(): void {
    if (!problem) throw new MailError('input-invalid');
    if (!LOST.includes(problem.code)) throw problem;
  }

  return {
    rooms() {
      if (!open) throw problem ?? new MailError('busy', { retry: 'later' });
      return open.rooms;
    },
    profile() {
      if (!open) throw problem ?? new MailError('busy', { retry: 'later' });
      return open.profile;
    },
    problem: () => problem,
    busy: () => running,
    open: () => inTurn(tryOpen),
    async restore(code) {
      requireLost();
      await restoreKey(profileOptions, code);
      await inTurn(tryOpen);
    },
    async replace() {
      requireLost();
      await replaceProfile(profileOptions);
      await inTurn(tryOpen);
    },
    async erase() {
      while (running) await running;
      if (!open) throw problem ?? new MailError('busy', { retry: 'later' });
      const old = open;
      let failure: unknown;
      await inTurn(async () => {
        open = undefined;
        problem = new MailError('busy', { retry: 'later' });
        // Whoever is in the middle of something finishes first.
        await Promise.resolve();
        try {
          await old.close();
          old.profile.close();
          // A session is gone with its folder; the profile that waits for its keychain is not what the person sees.
          if (old.profile.isTemporary) await options.vault.clear();
          else await eraseProfile(options);
        } catch (error) {
          failure = error;
        }
        await tryOpen();
      });
      if (failure !== undefined) throw failure;
    },
    state: stateNow,
    tell,
    async close(last) {
      isClosing = true;
      await running;
      disk.stop();
      await open?.close();
      await last();
      open?.profile.close();
      open = undefined;
    },
  };
}
