import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageTrust } from '../../../src-shared/model/message-trust.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { Note } from '../../components/note.tsx';
import { t } from '../../i18n/i18n.ts';
import type { ReaderTools } from './reader-tools.ts';
import { sayDoubts, sayVerdict } from './trust-words.ts';
import { isolate } from './visible-signs.ts';

/** Who sent it, in one line: verified, not verified with the way to find out, or not who it says it is. */
export function VerdictLine({ trust, tools }: { trust: MessageTrust; tools: ReaderTools }): ReactNode {
  const [isChecking, setIsChecking] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const { text, how } = sayVerdict(trust);
  const check = async (): Promise<void> => {
    setIsChecking(true);
    setFailure(await tools.trust.check(trust.messageId));
    setIsChecking(false);
  };
  if (trust.verdict === 'failed') return null; // Told in red below, where nobody overlooks it.
  return (
    <>
      <div className="trust-line">
        <Icon
          name={trust.verdict === 'verified' ? 'shield' : 'shield-unknown'}
          size={14}
          className={trust.verdict === 'verified' ? 'accent' : ''}
        />
        <span className="trust-words" title={how}>
          {text}
        </span>
        {trust.verdict === 'unknown' && trust.canCheck && (
          <>
            <Button variant="link" className="t12" isDisabled={isChecking} onPress={() => void check()}>
              {t(isChecking ? 'trust.checking' : 'trust.check')}
            </Button>
            <span className="trust-words">
              {trust.domain === undefined
                ? t('trust.check-asks')
                : t('trust.check-asks-of', { domain: isolate(trust.domain) })}
            </span>
          </>
        )}
      </div>
      {failure && <FailureNote failure={failure} />}
    </>
  );
}

/** What is odd about the sender: each in one sentence, with what to do. Nothing when nothing is. */
export function DoubtNotes({ trust, address }: { trust: MessageTrust; address: string }): ReactNode {
  const doubts = sayDoubts(trust, address);
  const hasFailed = trust.verdict === 'failed';
  const { text, how } = sayVerdict(trust);
  if (!hasFailed && doubts.length === 0) return null;
  return (
    <div className="doubts">
      {hasFailed && (
        <Note tone="danger" icon="warning" role="status">
          <div className="med" title={how}>
            {text}
          </div>
          <div>{t('trust.advice-failed')}</div>
        </Note>
      )}
      {doubts.length > 0 && (
        <Note tone="warn" icon="warning" role="status">
          <ul className="doubt-list">
            {doubts.map(({ kind, text: doubt, advice }) => (
              <li key={kind}>
                {doubt} <span className="c2">{advice}</span>
              </li>
            ))}
          </ul>
        </Note>
      )}
    </div>
  );
}
