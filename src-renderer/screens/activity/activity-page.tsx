/** Everything that happened with the access of this computer, in words; and whether nobody has changed the record. */
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import { type ActivityEntry, type ActivityGroup, activityGroup } from '../../../src-shared/model/activity.ts';
import type { AccountId, ReceiptId } from '../../../src-shared/model/ids.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { Note } from '../../components/note.tsx';
import { Page } from '../../components/page.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { showToast } from '../../components/toast.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatTime, t } from '../../i18n/i18n.ts';
import {
  type ActivityLine,
  groupByDay,
  iconOf,
  isTrouble,
  sayCheck,
  sayDay,
  sayFinding,
  sayLine,
} from './activity-words.ts';
import './activity.css';

const PAGE = 200;
const QUIET_MS = 1000;
const EVERY = 'every';
/** What a person keeps a record for, in months; 0 for ever. */
const MONTHS = ['6', '12', '24', '60', '0'] as const;

export type ActivityPageProps = { onReceipt: (receiptId: ReceiptId) => void };

export function ActivityPage({ onReceipt }: ActivityPageProps): ReactNode {
  const backend = useBackend();
  const check = useRequest('activity.check', {});
  const findings = useRequest('activity.findings', {});
  useSoonAfter('activityChanged', () => {
    check.refetch();
    findings.refetch();
  });
  const accounts = useRequest('accounts.list', {}, { refetchOn: ['accountsChanged'] });
  const settings = useRequest('settings.get', {}, { refetchOn: ['settingsChanged'] });
  const [account, setAccount] = useState<string>(EVERY);
  const [group, setGroup] = useState<ActivityGroup | typeof EVERY>(EVERY);
  const [text, setText] = useState('');
  const [isExplained, setIsExplained] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const { entries, next, problem, loadMore } = useEntries(account, group);

  const found = filterByWords(entries ?? [], text);
  const addresses = new Map((accounts.value ?? []).map((one) => [one.accountId as string, one.address]));
  for (const entry of entries ?? []) {
    if (entry.accountId !== undefined && entry.address !== undefined && !addresses.has(entry.accountId))
      addresses.set(entry.accountId, entry.address);
  }

  const exportAll = async (): Promise<void> => {
    const result = await backend.request('activity.export', {});
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.saved) showToast({ text: t('page.activity.exported') });
  };
  const keep = async (months: (typeof MONTHS)[number]): Promise<void> => {
    const result = await backend.request('settings.set', { activityMonths: Number(months) });
    setFailure(result.ok ? undefined : result);
  };

  const verdict = check.value && sayCheck(check.value);
  const months = String(settings.value?.activityMonths ?? 24);
  const offered = MONTHS.includes(months as (typeof MONTHS)[number])
    ? (months as (typeof MONTHS)[number])
    : '24';
  const shown = failure ?? problem ?? check.failure;
  return (
    <Page
      title={t('pages.activity')}
      lede={
        <div className="lede activity-check" role="status">
          {verdict && (
            <Icon
              name={verdict.isWarning ? 'warning' : 'done'}
              className={verdict.isWarning ? 'warn' : 'accent'}
            />
          )}
          <div>
            <span className={verdict?.isWarning ? 'warn' : ''}>
              {verdict?.words ?? t('page.activity.checking')}
            </span>
            <Button variant="link" onPress={() => setIsExplained((before) => !before)}>
              {t('page.activity.what')}
            </Button>
          </div>
        </div>
      }
      action={<Button onPress={() => void exportAll()}>{t('page.activity.export')}</Button>}
    >
      {isExplained && <p className="activity-what">{t('page.activity.explained')}</p>}
      {shown && <FailureNote failure={shown} />}
      {(findings.value ?? []).map((finding) => (
        <Note key={`${finding.kind} ${finding.at} ${finding.accountId ?? ''}`} tone="warn" icon="warning">
          {sayFinding(finding)}
        </Note>
      ))}
      <div className="activity-filter">
        <Select
          label={t('page.activity.account')}
          isLabelHidden
          value={account}
          onChange={setAccount}
          options={[
            { value: EVERY, label: t('page.activity.allAccounts') },
            ...[...addresses].map(([value, label]) => ({ value, label: cleanLine(label) })),
          ]}
        />
        <Select
          label={t('page.activity.kind')}
          isLabelHidden
          value={group}
          onChange={setGroup}
          options={[
            { value: EVERY, label: t('page.activity.everyKind') },
            ...activityGroup.options.map((value) => ({ value, label: t(`activity.group.${value}`) })),
          ]}
        />
        <div className="activity-search">
          <TextField
            label={t('page.activity.search')}
            isLabelHidden
            placeholder={t('page.activity.search')}
            value={text}
            onChange={setText}
          />
        </div>
      </div>
      {groupByDay(found).map(({ day, lines }) => (
        <section key={day} className="activity-day">
          <h2>{sayDay(day, Date.now())}</h2>
          <ul>
            {lines.map((line) => (
              <Line key={line.entry.number} line={line} onReceipt={onReceipt} />
            ))}
          </ul>
        </section>
      ))}
      {entries && found.length === 0 && <p className="section c2">{t('page.activity.nothing')}</p>}
      {next !== undefined && (
        <p className="activity-more">
          <Button onPress={() => void loadMore()}>{t('page.activity.older')}</Button>
        </p>
      )}
      <section className="section settings-choice">
        <Select
          label={t('page.activity.keep')}
          value={offered}
          onChange={(value) => void keep(value)}
          options={MONTHS.map((value) => ({
            value,
            label: t('page.activity.months', { count: Number(value) }),
          }))}
        />
        <p className="t12 c2">{t('page.activity.keepText')}</p>
      </section>
    </Page>
  );
}

function Line({
  line,
  onReceipt,
}: {
  line: ActivityLine;
  onReceipt: (receiptId: ReceiptId) => void;
}): ReactNode {
  const { entry } = line;
  const { receiptId } = entry;
  return (
    <li className="activity-line">
      <time className="num c2" dateTime={new Date(entry.at).toISOString()}>
        {formatTime(entry.at)}
      </time>
      <Icon name={iconOf(entry)} className={isTrouble(entry) ? 'warn' : 'c2'} />
      <span className={isTrouble(entry) ? 'grow warn' : 'grow'}>
        {sayLine(line)}{' '}
        {receiptId !== undefined && (
          <Button variant="link" onPress={() => onReceipt(receiptId)}>
            {t('page.activity.receipt')}
          </Button>
        )}
      </span>
      <bdi className="cut c2 activity-who">{entry.address ?? t('page.activity.program')}</bdi>
    </li>
  );
}

/** Reads through the whole record cost something, and entries come in swarms: once, when it has been quiet for a while. */
function useSoonAfter(name: 'activityChanged', act: () => void): void {
  const newest = useRef(act);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    newest.current = act;
  });
  useEvent(name, () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => newest.current(), QUIET_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}

/** The entries of a filter, newest first; grows backwards on demand and starts again when something happened. */
function useEntries(account: string, group: ActivityGroup | typeof EVERY) {
  const backend = useBackend();
  const [entries, setEntries] = useState<readonly ActivityEntry[]>();
  const [next, setNext] = useState<number>();
  const [problem, setProblem] = useState<Fail>();
  const load = useCallback(
    async (before: number | undefined, isStale: () => boolean): Promise<void> => {
      const result = await backend.request('activity.page', {
        limit: PAGE,
        ...(account !== EVERY && { accountId: account as AccountId }),
        ...(group !== EVERY && { group }),
        ...(before !== undefined && { before }),
      });
      if (isStale()) return;
      setProblem(result.ok ? undefined : result);
      if (!result.ok) return;
      const page = result.value.entries;
      setEntries((old) => (before === undefined ? page : [...(old ?? []), ...page]));
      setNext(result.value.next);
    },
    [backend, account, group],
  );
  const [turn, setTurn] = useState(0);
  useEvent('activityChanged', () => setTurn((before) => before + 1));
  useEffect(() => {
    // `turn` is the reason to ask again.
    let isGone = turn < 0;
    void load(undefined, () => isGone);
    return () => {
      isGone = true;
    };
  }, [load, turn]);
  return { entries, next, problem, loadMore: () => load(next, () => false) };
}

function filterByWords(entries: readonly ActivityEntry[], text: string): readonly ActivityEntry[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return entries;
  return entries.filter((entry) =>
    `${sayLine({ entry, count: 1 })} ${entry.address ?? ''} ${entry.host ?? ''}`
      .toLowerCase()
      .includes(wanted),
  );
}
