import { MailError } from '../base/errors.ts';
import { requireNothingOwed } from '../profile/privacy-erase.ts';
import { exportEverything } from '../profile/privacy-export.ts';
import { contactedHosts, mapData } from '../profile/privacy-map.ts';
import { exportMbox } from '../transfer/export-mailbox.ts';
import { composeUnfinished } from '../writing/compose-copy.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type PrivacyHandlers = Pick<Handlers, 'privacy.dataMap' | 'privacy.exportAll' | 'privacy.eraseAll'>;

export function createPrivacyHandlers(context: EngineContext): PrivacyHandlers {
  const { accounts, clock, config, lock, mail, providerList, shell, vault } = context;
  let isExporting = false;

  async function exportAll(signal: AbortSignal) {
    const { path: parent } = await shell.request('pickFolder', {});
    if (parent === undefined) return { messages: 0 };
    const { store } = context.rooms();
    const now = clock.now();
    const { folder, messages, left } = await exportEverything(
      {
        parent,
        store,
        identities: store.identities.list(),
        now,
        receiptPage: accounts.receiptPage,
        composeDraft: (draft, account) => composeUnfinished(store, draft, account, now),
        async writeMailbox(mailboxId, path) {
          const progress = { messages: 0, skipped: 0, bytesDone: 0, bytesTotal: 0 };
          // What is kept here, and no more: to fetch years of mail first is what "Export" of a folder is for.
          const fetchSource = () => Promise.reject(new MailError('not-found'));
          await exportMbox(
            { mailboxId, path },
            { store, fetchSource },
            { progress, onProgress: () => undefined },
            signal,
          );
          return { messages: progress.messages, left: progress.skipped };
        },
      },
      signal,
    );
    store.audit.append({ kind: 'exported', detail: { what: 'everything', messages, left } });
    return { folder, messages };
  }

  return {
    'privacy.dataMap': async () => {
      const { store } = context.rooms();
      const keys = { service: config.keychainService, count: await vault.count() };
      const profile = mail.profile();
      return {
        items: mapData({
          profile,
          temporaryDirectory: config.temporaryDirectory,
          vault: vault.state(),
          keys,
        }),
        hosts: contactedHosts(store, store.identities.list(), providerList.providers),
      };
    },
    'privacy.exportAll': async (_input, signal) => {
      if (isExporting) throw new MailError('busy', { retry: 'later' });
      isExporting = true;
      try {
        return await exportAll(signal);
      } finally {
        isExporting = false;
      }
    },
    'privacy.eraseAll': async () => {
      // A page that somebody took over must not throw the mail away.
      await shell.request('requirePress', {});
      if (isExporting) throw new MailError('busy', { retry: 'later' });
      requireNothingOwed(context.rooms().store);
      await mail.erase();
      lock.forget();
      providerList.forget();
      return {};
    },
  };
}
