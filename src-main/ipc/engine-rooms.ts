/**
 * Builds the rooms and connects them: the change feed of the store becomes events of the windows, and the rooms that need
 * the store come and go with the profile. No other place knows all of them.
 */
import { basename, dirname, join } from 'node:path';
import type { Port } from '../../src-shared/ipc/wire.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { languageOf } from '../../src-shared/text/language.ts';
import { createAccounts } from '../accounts/accounts.ts';
import { serverChecks } from '../accounts/check-servers.ts';
import { createEngineTexts, readEngineCatalogues } from '../accounts/engine-texts.ts';
import { createIdentities } from '../accounts/identities.ts';
import { createActivity } from '../activity/activity.ts';
import { createNetwork } from '../autoconfig/network.ts';
import { createProviderList } from '../autoconfig/provider-list.ts';
import { loadProviders, readClientMetadataUrl } from '../autoconfig/providers.ts';
import { delay, survivingClock, systemClock } from '../base/clock.ts';
import { createConnectionRegistry } from '../base/connection-registry.ts';
import type { EngineConfig } from '../base/engine-config.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createChecks } from '../checks/checks.ts';
import { createContacts } from '../contacts/contacts.ts';
import { createSentHistory } from '../contacts/sent-history.ts';
import { createImapWorker } from '../imap/imap-worker-client.ts';
import { createAppLock } from '../lock/app-lock.ts';
import { createMessageParser } from '../mime/parse-message.ts';
import { createOutbox } from '../outbox/outbox.ts';
import { isProfile, type Profile } from '../profile/profile.ts';
import { isRecoveryCodeFor } from '../profile/recovery-code.ts';
import { createReading } from '../reading/reading.ts';
import { createSearch } from '../search/search.ts';
import { watchNetwork } from '../sync/network-watch.ts';
import { createSync } from '../sync/sync.ts';
import { createTransfers } from '../transfer/transfers.ts';
import { PASSPHRASE_FILE } from '../vault/passphrase-file.ts';
import { createVault } from '../vault/vault.ts';
import { createWebClient } from '../web/web-client.ts';
import { composeCopy } from '../writing/compose-copy.ts';
import { settleDrafts } from '../writing/settle-drafts.ts';
import { createAccessHandlers } from './access-handlers.ts';
import { createAccountsHandlers } from './accounts-handlers.ts';
import { createActivityHandlers } from './activity-handlers.ts';
import { createAnswerHandlers } from './answer-handlers.ts';
import { createAppHandlers } from './app-handlers.ts';
import { createComposeHandlers } from './compose-handlers.ts';
import { createContactHandlers } from './contact-handlers.ts';
import { createContentHandlers } from './content-handlers.ts';
import type { EngineContext } from './context.ts';
import { createOutsideDrafts } from './desktop-handlers.ts';
import { createDiscoveryHandlers } from './discovery-handlers.ts';
import { createDraftHandlers } from './draft-handlers.ts';
import { createDraggedFiles } from './dragged-files.ts';
import { createGate, shellBehindLock } from './gate.ts';
import { createIdentityHandlers } from './identity-handlers.ts';
import { createLockHandlers } from './lock-handlers.ts';
import { createMailHandlers } from './mail-handlers.ts';
import { type ConnectedRooms, createMailKeeper } from './mail-keeper.ts';
import { createMailboxHandlers } from './mailbox-handlers.ts';
import { createNoticeHandlers } from './notice-handlers.ts';
import { createOutboxHandlers } from './outbox-handlers.ts';
import { createPrintAndDragHandlers } from './print-and-drag.ts';
import { createPrivacyHandlers } from './privacy-handlers.ts';
import { createReadingHandlers } from './reading-handlers.ts';
import { createRecoveryHandlers } from './recovery-handlers.ts';
import { createRouter, type Router } from './router.ts';
import { createSearchHandlers } from './search-handlers.ts';
import { createShellClient } from './shell-client.ts';
import { createSpellingHandlers } from './spelling-handlers.ts';
import { passNewsOn } from './store-news.ts';
import { createTransferHandlers } from './transfer-handlers.ts';

/** Long enough for the first list, and too short for anybody to miss new mail. */
const LIST_FIRST_MS = 500;

export type Engine = {
  serve(port: Port): void;
  /** Closes connections and databases; what was promised stays in the journal. */
  stop(): Promise<void>;
};

export function createEngine(config: EngineConfig, shellPort: Port, log: Log, restart: () => void): Engine {
  // A full disk must not end the engine in whoever's timer it shows.
  const clock = survivingClock(systemClock, (error) => log.warn('timer', errorFacts(error)));
  const registry = createConnectionRegistry();
  const vault = createVault({
    service: config.keychainService,
    passphraseFile: join(config.directory, PASSPHRASE_FILE),
    isExpected: () => isProfile(config.directory),
  });
  const shell = createShellClient(shellPort);
  const parser = createMessageParser({ workerPath: config.parseWorker });
  const imapWorker = createImapWorker({ workerPath: config.imapWorker });
  const texts = createEngineTexts(readEngineCatalogues(config.textsFolder), () =>
    languageOf(mail.problem() ? 'system' : mail.rooms().store.settings.get().language, config.locale),
  );
  const providerList = createProviderList({
    shipped: loadProviders({
      builtIn: config.providersFile,
      ...(config.extraProvidersFile !== undefined && { extra: config.extraProvidersFile }),
    }),
    directory: config.directory,
    publicKey: config.noticeKey,
    clock,
    log,
  });
  const { providers } = providerList;
  const { dnsServers, httpsPort } = config;
  const network = createNetwork({
    dnsServers,
    ...(httpsPort !== undefined && { ports: { 443: httpsPort } }),
  });
  const web = createWebClient({
    lab: dnsServers && httpsPort ? { dnsServers, httpsPort, allowsLoopback: true } : undefined,
  });

  // To load what speaks IMAP takes the thread for a fifth of a second: what the window asks for first comes first.
  // Not later either: its files may be those of another version once the program was replaced on the disk.
  const starting = new AbortController();
  const afterStart = delay(clock, LIST_FIRST_MS, starting.signal).then(loadImap);
  afterStart.catch((error: unknown) => {
    if (!starting.signal.aborted) log.warn('load', errorFacts(error));
  });
  let stopping: Promise<void> | undefined;

  const accounts = createAccounts({
    store: () => mail.rooms().store,
    vault,
    providers,
    registry,
    clock,
    log,
    network,
    texts,
    clientMetadataUrl: readClientMetadataUrl(config.providersFile),
    shell: {
      openExternal: async (url) => void (await shell.request('openExternal', { url })),
      raiseWindow: async () => void (await shell.request('raiseWindow', {})),
    },
    onProgress: (progress) => router.publish('signInProgress', progress),
  });

  const identities = createIdentities({
    store: () => mail.rooms().store,
    vault,
    takeCredential: accounts.takeCredential,
    checkSmtp: serverChecks.checkSmtp,
  });

  const mail = createMailKeeper({
    ...config,
    vault,
    clock,
    log,
    // A vault that does not answer leaves it unknown whether the program is locked: then it is, and the next request asks again.
    onOpening: () => lock.load().catch((error: unknown) => log.warn('lock not read', errorFacts(error))),
    connect: connectRooms,
    onOpened() {
      if (!mail.problem()) void accounts.resume();
      publish('vaultChanged', vault.state());
      publish('accountsChanged', {});
      tellLanguage();
      outsideDrafts.goOn();
    },
    onProfile: (state) => publish('profileChanged', state),
  });

  const lock = createAppLock({
    vault,
    clock,
    log,
    isRecoveryCode: (text) =>
      !mail.problem() && isRecoveryCodeFor(mail.profile().directory, mail.profile().key(), text),
    audit(kind, detail) {
      if (!mail.problem()) mail.rooms().store.audit.append({ kind, detail });
    },
  });
  const gate = createGate(lock, mail);

  const context: EngineContext = {
    config,
    vault,
    shell: shellBehindLock(shell, lock),
    lock,
    providerList,
    accounts,
    identities,
    texts,
    rooms: mail.rooms,
    mail,
    clock,
    wake,
  };

  const dragged = createDraggedFiles(config.temporaryDirectory);
  const publish: Router['publish'] = (name, payload) => router.publish(name, payload);
  const outsideDrafts = createOutsideDrafts(context, publish, log);
  const router = createRouter(
    {
      ...createAppHandlers(context),
      ...createAccountsHandlers(context, publish),
      ...createAccessHandlers(context, publish),
      ...createActivityHandlers(context),
      ...createDiscoveryHandlers(context),
      ...createIdentityHandlers(context),
      ...createLockHandlers(context),
      ...createNoticeHandlers(context),
      ...createPrivacyHandlers(context),
      ...createMailHandlers(context),
      ...createComposeHandlers(context),
      ...createReadingHandlers(context),
      ...createContentHandlers(context),
      ...createPrintAndDragHandlers(context, dragged),
      ...createAnswerHandlers(context),
      ...createDraftHandlers(context),
      ...createOutboxHandlers(context),
      ...createContactHandlers(context),
      ...createSpellingHandlers(context),
      ...outsideDrafts.handlers,
      ...createMailboxHandlers(context),
      ...createRecoveryHandlers(context),
      ...createSearchHandlers(context),
      ...createTransferHandlers(context),
    },
    gate,
    log,
  );
  lock.subscribe((state) => {
    publish('lockChanged', state);
    outsideDrafts.goOn();
  });
  shell.on('mailtoOpened', ({ url }) => outsideDrafts.want({ mailto: url }));
  shell.on('filesShared', outsideDrafts.want);
  shell.on('personActive', lock.touch);
  shell.on('screenLocked', lock.lock);
  shell.on('commandRequested', (payload) => publish('commandRequested', payload));
  shell.on('computerWoke', () => {
    lock.look();
    if (!mail.problem()) wake();
  });
  vault.subscribe((state) => publish('vaultChanged', state));
  // A keychain that ended and was started again stays away to this process: libsecret goes on asking the one that is gone. A new process
  // finds it, or finds that there is none; that one was never ready, so it does not begin anew again.
  let wasReady = false;
  vault.subscribe(({ state, kind }) => {
    if (wasReady && state === 'absent') restart();
    wasReady ||= state === 'ready' && kind === 'keychain';
  });

  function wake(): void {
    const { sync, outbox } = mail.rooms();
    accounts.keepAlive.wake();
    accounts.wake();
    sync.wake();
    outbox.wake();
  }

  /** What the shell has been told; it begins with the language of the system. */
  let told = texts.language;
  function tellLanguage(): void {
    const { language } = texts;
    if (language === told) return;
    told = language;
    shell
      .request('setLanguage', { language })
      .catch((error: unknown) => log.warn('language', errorFacts(error)));
  }

  function connectRooms(profile: Profile): ConnectedRooms {
    const { store } = profile;
    providerList.refuseOlderThan(store.notes.get('notice-issued-at'));
    const shared = { store, authenticationFor: accounts.authenticationFor, registry, clock, log };
    const sync = createSync({
      ...shared,
      imapWorker,
      afterStart,
      parseMessage: parser.parse,
      readAttachment: parser.attachment,
      composeCopy: (draft) => composeCopy(store, draft, clock.now()),
    });
    const outbox = createOutbox({ ...shared, identityAuthentication: identities.authenticationFor });
    const transfers = createTransfers({
      store,
      parseMessage: parser.parse,
      fetchSource: sync.fetchSource,
      clock,
      log,
    });
    const stopHearing = [
      passNewsOn({ store, isTemporary: profile.isTemporary, publish, shell, clock, log }),
      store.feed.subscribe((change) => {
        if (change.kind === 'settings') tellLanguage();
        if (change.kind === 'accounts') outsideDrafts.goOn();
      }),
      sync.subscribe(() => publish('accountsChanged', {})),
      transfers.subscribe((transfer) => publish('transferChanged', transfer)),
    ];
    const search = createSearch({ store, clock, askServer: sync.searchServer });
    const { fetchBody, fetchSource } = sync;
    const { txt } = network;
    const reading = createReading({ store, providers, web, txt, clock, fetchBody, fetchSource });
    const activity = createActivity({ store, vault, clock, log, isTemporary: profile.isTemporary });
    const checks = createChecks({
      ...config,
      store,
      vault,
      clock,
      log,
      providers,
      directory: profile.directory,
      // Beside the mail lies what Chromium keeps.
      folders: [
        basename(config.directory) === 'mail' ? dirname(config.directory) : config.directory,
        config.temporaryDirectory,
      ],
      electron: process.versions.electron,
      checkActivity: activity.check,
    });
    const sentHistory = createSentHistory({ store, clock, log });
    activity.start();
    sync.start();
    outbox.start();
    accounts.keepAlive.start();
    return {
      rooms: {
        store,
        parser,
        sync,
        outbox,
        transfers,
        search,
        reading,
        activity,
        checks,
        contacts: createContacts(store.contacts),
      },
      async close() {
        accounts.keepAlive.stop();
        for (const stop of stopHearing) stop();
        const isOnline = (accountId: AccountId) => sync.state(accountId) === 'online';
        await Promise.all([
          settleDrafts({ store, clock, isOnline }).catch((error: unknown) =>
            log.warn('drafts not stored', errorFacts(error)),
          ),
          transfers.stop().then(outbox.stop),
        ]);
        await sync.stop();
        await sentHistory.stop();
        await activity.stop();
      },
    };
  }

  // With every account signed out nothing else looks for the network, and what is owed waits for it.
  const stopWatching = watchNetwork(clock, accounts.wake);
  void mail.open();
  return {
    serve: (port) => router.serve(port),
    stop() {
      stopping ??= (async () => {
        // A message that is being parsed is not waited for: it is fetched again next time. The accounts are the last of those who
        // write: nobody asks for tokens any more, and a rotated refresh token still has to be kept.
        await Promise.all([parser.close(), mail.close(accounts.stop)]);
        starting.abort();
        stopWatching();
        lock.stop();
        dragged.remove();
        await imapWorker.close();
      })();
      return stopping;
    },
  };
}

async function loadImap(): Promise<void> {
  await Promise.all([import('../imap/open-imap.ts'), import('../imap/check-imap.ts')]);
}
