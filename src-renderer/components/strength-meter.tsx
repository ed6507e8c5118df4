import { type ReactNode, useEffect, useState } from 'react';
import { t } from '../i18n/i18n.ts';
import { measureStrength, type Strength } from './strength.ts';
import './strength-meter.css';

/** How strong a passphrase is that is being chosen; undefined until it is measured, and while nothing is typed. */
function useStrength(passphrase: string, own: readonly string[]): Strength | undefined {
  const [measured, setMeasured] = useState<{ passphrase: string; strength: Strength }>();
  const known = own.join('\n');
  useEffect(() => {
    if (passphrase === '') return;
    let isCurrent = true;
    void measureStrength(passphrase, known.split('\n')).then((strength) => {
      if (isCurrent) setMeasured({ passphrase, strength });
    });
    return () => {
      isCurrent = false;
    };
  }, [passphrase, known]);
  // The last one stays until the next is there, so that the bar does not flicker with every letter.
  return passphrase === '' ? undefined : measured?.strength;
}

const NOBODY: readonly string[] = [];

/**
 * How strong a passphrase is that is being chosen: five steps, in words too, because colour alone says nothing.
 * `own`: what others know of the person, the address and the name.
 */
export function StrengthMeter({
  passphrase,
  own = NOBODY,
}: {
  passphrase: string;
  own?: readonly string[];
}): ReactNode {
  const strength = useStrength(passphrase, own);
  const level = strength?.level;
  const words = level === undefined ? '' : t(`strength.level.${level}`);
  return (
    <div className="strength">
      <div
        className={level === undefined ? 'strength-bar' : `strength-bar strength-${level}`}
        aria-hidden="true"
      >
        {[0, 1, 2, 3].map((step) => (
          <span key={step} className={level !== undefined && step < level ? 'strength-on' : ''} />
        ))}
      </div>
      <div className="strength-words" role="status">
        {words !== '' && <span className="med">{t('strength.said', { level: words })} </span>}
        {strength?.warnings.map((key) => (
          <span key={key}>{t(key)} </span>
        ))}
        <span>{t('strength.reuse')}</span>
      </div>
    </div>
  );
}
