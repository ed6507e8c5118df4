import type { ReactNode } from 'react';
import type { DeliveryReport } from '../../../src-shared/model/delivery-report.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { Icon } from '../../components/icon.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { isBadNews, sayRecipient } from './report-words.ts';
import { isolate, showSigns } from './visible-signs.ts';

const MOST_SHOWN = 50;

/** What became of a message that was sent, in words; what the other server said stands behind it, as its own words. */
export function ReportCard({ report }: { report: DeliveryReport }): ReactNode {
  const subject = cleanLine(report.subject ?? '');
  const keyed = report.recipients
    .slice(0, MOST_SHOWN)
    .map((recipient, index) => ({ recipient, key: `${index} ${recipient.address}` }));
  const said = keyed.filter(({ recipient }) => recipient.diagnostic !== undefined);
  const isBad = isBadNews(report);
  return (
    <section className="card" aria-label={t('report.name')}>
      <ul className="report-lines">
        {keyed.map(({ recipient, key }) => (
          <li key={key} className="fact">
            <Icon
              name={
                recipient.action === 'failed' ? 'warning' : recipient.action === 'delayed' ? 'clock' : 'check'
              }
              className={recipient.action === 'failed' ? 'warn' : ''}
            />
            <div className="fact-words">{sayRecipient(recipient)}</div>
          </li>
        ))}
      </ul>
      {report.recipients.length > MOST_SHOWN && (
        <p className="t12 c3">{t('contact-card.more', { count: report.recipients.length - MOST_SHOWN })}</p>
      )}
      {subject !== '' && <p className="c2">{t('report.about', { subject: isolate(subject) })}</p>}
      {isBad && <p className="c2">{t('report.advice')}</p>}
      {said.length > 0 && (
        <Disclosure title={t('report.said')}>
          {said.map(({ recipient, key }) => (
            <div key={key} className="report-said selectable">
              {recipient.host !== undefined && <div className="t12 c3">{showSigns(recipient.host)}</div>}
              <code dir="ltr">
                {[recipient.status, showSigns(recipient.diagnostic ?? '')].filter(Boolean).join(' ')}
              </code>
            </div>
          ))}
        </Disclosure>
      )}
    </section>
  );
}
