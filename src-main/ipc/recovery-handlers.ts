import { MailError } from '../base/errors.ts';
import { readOnlyHere } from '../profile/only-here-file.ts';
import { renderRecoveryPage } from '../profile/recovery-page.ts';
import type { EngineContext } from './context.ts';
import { savePage } from './files.ts';
import type { Handlers } from './router.ts';

type RecoveryHandlers = Pick<
  Handlers,
  | 'recovery.create'
  | 'recovery.save'
  | 'recovery.putOff'
  | 'recovery.open'
  | 'recovery.previewReplace'
  | 'recovery.replace'
>;

/** A code that was made is kept in memory so long, so that it can be saved. */
const KEPT_FOR = 10 * 60_000;

export function createRecoveryHandlers(context: EngineContext): RecoveryHandlers {
  const { accounts, clock, config, mail, shell, texts, vault } = context;
  let made: { code: string; at: number; forget(): void } | undefined;

  return {
    'recovery.create': async () => {
      // A page that somebody took over must not make the printed code worth nothing.
      await shell.request('requirePress', {});
      const profile = mail.profile();
      const code = profile.createRecoveryCode();
      profile.store.audit.append({ kind: 'recovery-changed' });
      made?.forget();
      const cancel = clock.after(KEPT_FOR, forget);
      made = { code, at: clock.now(), forget };
      function forget() {
        cancel();
        made = undefined;
      }
      mail.tell();
      return { code };
    },
    'recovery.save': async () => {
      if (!made) throw new MailError('not-found');
      const { code, at, forget } = made;
      const page = renderRecoveryPage(code, at, texts);
      const saved = await savePage(shell, texts.format('recovery.fileName'), page);
      if (saved && made?.code === code) forget();
      return { saved };
    },
    'recovery.putOff': () => {
      mail.profile().putOffRecovery();
      mail.tell();
      return {};
    },
    'recovery.open': async ({ code }) => {
      await mail.restore(accounts.takeCredential(code));
      return vault.state();
    },
    'recovery.previewReplace': () => readOnlyHere(config.directory),
    'recovery.replace': async () => {
      await shell.request('requirePress', {});
      await mail.replace();
      return vault.state();
    },
  };
}
