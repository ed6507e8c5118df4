/** What is kept here, whom this program talks to, and the way to take everything along or to leave nothing behind. */
import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ContactedHost, DataItem } from '../../../src-shared/model/privacy.ts';
import type { NoticeView } from '../../../src-shared/model/provider.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Note } from '../../components/note.tsx';
import { Page } from '../../components/page.tsx';
import { showToast } from '../../components/toast.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatBytes, formatDate, formatList, formatNumber, t } from '../../i18n/i18n.ts';
import { LockSection } from './lock-section.tsx';
import './safety.css';

export function PrivacyPage({ onErased }: { onErased: () => void }): ReactNode {
  const backend = useBackend();
  const map = useRequest('privacy.dataMap', {}, { refetchOn: ['accountsChanged', 'vaultChanged'] });
  const notice = useRequest('providers.getNotice', {});
  const [isExporting, setIsExporting] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const [failure, setFailure] = useState<Fail>();

  // Where there is no keychain, the key of the store lies with the others, under the passphrase.
  const isUnderPassphrase = (map.value?.items ?? []).some(
    ({ name, protection }) => name === 'keys' && protection === 'passphrase',
  );

  const exportAll = async (): Promise<void> => {
    setIsExporting(true);
    const result = await backend.request('privacy.exportAll', {});
    setIsExporting(false);
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.folder !== undefined) {
      showToast({
        text: t('privacy.exported', { folder: result.value.folder, messages: result.value.messages }),
      });
    }
  };
  const loadNotice = async (): Promise<void> => {
    const result = await backend.request('providers.loadNotice', {});
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.loaded) {
      showToast({ text: t('privacy.noticeLoaded', { count: result.value.providers.length }) });
      notice.refetch();
    }
  };
  return (
    <Page title={t('pages.privacy')} lede={<p className="lede">{t('privacy.lede')}</p>}>
      {(failure ?? map.failure) && <FailureNote failure={(failure ?? map.failure) as Fail} />}
      <LockSection />
      <section className="section">
        <h2>{t('privacy.kept')}</h2>
        <p className="c2">{t('privacy.keptText')}</p>
        <ul className="data-map">
          {(map.value?.items ?? []).map((item) => (
            <Kept key={`${item.name} ${item.place}`} item={item} isUnderPassphrase={isUnderPassphrase} />
          ))}
        </ul>
      </section>
      <section className="section">
        <h2>{t('privacy.hosts')}</h2>
        <p className="c2">{t('privacy.hostsText')}</p>
        <Hosts hosts={map.value?.hosts ?? []} />
      </section>
      <section className="section settings-choice">
        <h2>{t('privacy.export')}</h2>
        <p className="c2">{t('privacy.exportText')}</p>
        <p className="safety-buttons">
          <Button isDisabled={isExporting} onPress={() => void exportAll()}>
            {t(isExporting ? 'privacy.exporting' : 'privacy.exportDo')}
          </Button>
        </p>
      </section>
      <section className="section settings-choice">
        <h2>{t('privacy.notice')}</h2>
        <p className="c2">{t('privacy.noticeText')}</p>
        <Notice notice={notice.value?.notice} />
        <p className="safety-buttons">
          <Button onPress={() => void loadNotice()}>{t('privacy.noticeDo')}</Button>
        </p>
      </section>
      <section className="section settings-choice">
        <h2>{t('privacy.erase')}</h2>
        <p className="c2">{t('privacy.eraseText')}</p>
        <p className="safety-buttons">
          <Button variant="danger" onPress={() => setIsAsking(true)}>
            {t('privacy.eraseDo')}
          </Button>
        </p>
      </section>
      {isAsking && <EraseDialog onClose={() => setIsAsking(false)} onErased={onErased} />}
    </Page>
  );
}

/** A number alone where the name beside it says of what. */
function sayCount(name: DataItem['name'], count: number): string {
  return name === 'mail' || name === 'activity' ? t(`privacy.count.${name}`, { count }) : formatNumber(count);
}

function Kept(props: { item: DataItem; isUnderPassphrase: boolean }): ReactNode {
  const { item, isUnderPassphrase } = props;
  const { name, place, bytes, count, protection } = item;
  const size = [
    ...(count === undefined ? [] : [sayCount(name, count)]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
  ].join(' · ');
  return (
    <li>
      <div className="row">
        <span className="med grow">{t(`data.${name}.what`)}</span>
        <span className="c2 num">{size}</span>
      </div>
      <div className="c2">
        {t(`data.${name}.why`)}{' '}
        {t(
          `data.protection.${isUnderPassphrase && protection === 'store-key' ? 'store-key-passphrase' : protection}`,
        )}
      </div>
      <code className="c3 selectable data-place">{cleanLine(place)}</code>
    </li>
  );
}

/** What the notice in use changes, and what its makers want to be known. */
function Notice({ notice }: { notice: NoticeView | undefined }): ReactNode {
  if (!notice) return null;
  const { issuedAt, providers, advisories } = notice;
  return (
    <>
      <p>
        {t('privacy.noticeOf', {
          date: formatDate(issuedAt),
          count: providers.length,
          providers: formatList(providers.map(cleanLine)),
        })}
      </p>
      <ul className="data-map">
        {advisories.map(({ text, url }) => (
          <li key={text}>
            <span className="selectable">{cleanLine(text)}</span>{' '}
            {url !== undefined && <code className="selectable">{cleanLine(url)}</code>}
          </li>
        ))}
      </ul>
    </>
  );
}

function Hosts({ hosts }: { hosts: readonly ContactedHost[] }): ReactNode {
  if (hosts.length === 0) return <p className="c2">{t('privacy.noHosts')}</p>;
  return (
    <ul className="data-map">
      {hosts.map((one) => (
        <li key={`${one.host} ${one.reason} ${one.address}`} className="row">
          <code className="selectable grow">{cleanLine(one.host)}</code>
          <span className="c2">{t(`privacy.reason.${one.reason}`)}</span>
          <bdi className="c2 cut data-who">{cleanLine(one.address)}</bdi>
        </li>
      ))}
    </ul>
  );
}

function EraseDialog({ onClose, onErased }: { onClose: () => void; onErased: () => void }): ReactNode {
  const backend = useBackend();
  const accounts = useRequest('accounts.list', {});
  const debts = useRequest('debts.list', {}, { refetchOn: ['debtsChanged'] });
  const [isRunning, setIsRunning] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const owed = debts.value?.length ?? 0;
  const signedIn = (accounts.value ?? []).filter(
    ({ auth, state }) => auth !== 'none' && state !== 'signed-out',
  ).length;
  const run = async (): Promise<void> => {
    setIsRunning(true);
    const result = await backend.request('privacy.eraseAll', {});
    setIsRunning(false);
    setFailure(result.ok ? undefined : result);
    if (result.ok) onErased();
  };
  return (
    <Dialog
      role="alertdialog"
      title={t('privacy.eraseTitle')}
      lede={t('privacy.eraseLede')}
      isOpen
      onClose={onClose}
      isDismissable={!isRunning}
      actions={
        <>
          <Button variant="quiet" autoFocus isDisabled={isRunning} onPress={onClose}>
            {t('accounts.cancel')}
          </Button>
          {accounts.value && debts.value && signedIn + owed === 0 && (
            <Button variant="danger-final" isDisabled={isRunning} onPress={() => void run()}>
              {t('privacy.eraseFinal')}
            </Button>
          )}
        </>
      }
    >
      {failure && <FailureNote failure={failure} takesFocus />}
      {signedIn === 0 && owed > 0 && (
        <div className="task-note">
          <Note tone="warn" icon="warning">
            {t('privacy.stillOwed', { count: owed })}
          </Note>
        </div>
      )}
      {signedIn > 0 && (
        <div className="task-note">
          <Note tone="warn" icon="warning">
            {t('privacy.stillSignedIn', { count: signedIn })}
          </Note>
        </div>
      )}
    </Dialog>
  );
}
