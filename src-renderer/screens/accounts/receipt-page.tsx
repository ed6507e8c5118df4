/** The end of a sign-out: one question, one answer, then what was done and what is still open. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Receipt } from '../../../src-shared/model/receipt.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { Note } from '../../components/note.tsx';
import { type Step, Steps } from '../../components/steps.tsx';
import { showToast } from '../../components/toast.tsx';
import { formatDate, t } from '../../i18n/i18n.ts';
import { OpenPage } from './open-page.tsx';
import {
  daysUsed,
  formatRecordTime,
  formatSeconds,
  sayAnswer,
  sayDebt,
  sayLede,
  sayStep,
} from './receipt-words.ts';
import './accounts.css';

export type ReceiptPageProps = { receipt: Receipt; onDone: () => void };

function stepsOf(receipt: Receipt): Step[] {
  return receipt.steps.map((step) => {
    const { title, text } = sayStep(step, receipt.providerName);
    return {
      id: step.name,
      title: <span className={step.state === 'owed' ? 'med warn' : 'med'}>{title}</span>,
      more: text,
      state: step.state,
      ...(step.at === undefined ? {} : { time: formatSeconds(step.at) }),
    };
  });
}

export function ReceiptPage({ receipt, onDone }: ReceiptPageProps): ReactNode {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const heading = useRef<HTMLHeadingElement>(null);
  const isProved = receipt.answer === 'no';
  const isOpen = receipt.steps.some((step) => step.state === 'owed');
  const debt = sayDebt(receipt);
  const { receiptId } = receipt;

  // Whoever listens instead of looking hears the answer first, on each receipt.
  useEffect(() => {
    if (receiptId) heading.current?.focus();
  }, [receiptId]);

  const save = async (): Promise<void> => {
    const result = await backend.request('receipts.save', { receiptId });
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.saved) showToast({ text: t('receipt.saved') });
  };

  return (
    <main className="pane">
      <div className="page">
        <div className="receipt">
          <p className="receipt-question" id="receipt-question">
            {t('receipt.question')}
          </p>
          <div className="receipt-answer">
            <h1
              ref={heading}
              tabIndex={-1}
              aria-describedby="receipt-question"
              className={isProved ? 'receipt-no' : 'headline'}
            >
              {sayAnswer(receipt)}
            </h1>
            {isProved && (
              <span className="receipt-tick">
                <Icon name="check" size={20} />
              </span>
            )}
          </div>
          <p className="receipt-lede">{sayLede(receipt)}</p>
          <div className="receipt-steps">
            <Steps steps={stepsOf(receipt)} label={t('receipt.steps')} />
          </div>
          {debt !== undefined && (
            <div className="receipt-note">
              <Note
                tone="warn"
                icon="warning"
                actions={
                  receipt.manageUrl !== undefined && (
                    <OpenPage url={receipt.manageUrl}>
                      {t('receipt.ownPage', { provider: receipt.providerName })}
                    </OpenPage>
                  )
                }
              >
                {debt}
              </Note>
            </div>
          )}
          <dl className="facts receipt-facts num">
            <dt>{t('receipt.number')}</dt>
            <dd className="selectable">
              {isOpen ? t('receipt.numberOpen', { number: receiptId }) : receiptId}
            </dd>
            <dt>{t('receipt.time')}</dt>
            <dd>{formatRecordTime(receipt.finishedAt)}</dd>
            <dt>{t('receipt.granted')}</dt>
            <dd>
              {t('receipt.grantedDays', { day: formatDate(receipt.grantedAt), days: daysUsed(receipt) })}
            </dd>
            {receipt.clientId !== undefined && (
              <>
                <dt>{t('receipt.clientId')}</dt>
                <dd>
                  <code className="selectable">{receipt.clientId}</code>
                </dd>
              </>
            )}
          </dl>
          {failure && <FailureNote failure={failure} />}
          <div className="receipt-buttons">
            <Button variant="primary" onPress={() => void save()}>
              {t('receipt.save')}
            </Button>
            <Button variant="quiet" onPress={onDone}>
              {t('receipt.done')}
            </Button>
          </div>
        </div>
      </div>
    </main>
  );
}
