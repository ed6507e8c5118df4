/** What the domain of an address says about its mail servers, with everything that a person has to see before a key goes there. */
import type { ReactNode } from 'react';
import type { Discovered, DiscoveryTry } from '../../../src-shared/model/discovery.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { Button } from '../../components/button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Note } from '../../components/note.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { TextField } from '../../components/text-field.tsx';
import { t } from '../../i18n/i18n.ts';
import { sayFoundFrom, sayHosts, sayHow, sayServer, sayTry } from './discovery-words.ts';
import type { Discovery } from './use-discovery.ts';
import { sayKeptIn } from './vault-words.ts';

export type FoundProps = { found: Discovered; address: string; domain: string };

/** The servers by name, and where the names come from. */
export function Found({ found, address, domain }: FoundProps): ReactNode {
  const { imap, smtp, userName, smtpUserName } = found;
  return (
    <section className="task-steps">
      <h2 className="task-caption">{sayFoundFrom(found, domain)}</h2>
      <dl className="facts found-facts">
        <dt>{t('signIn.incoming')}</dt>
        <dd>{sayServer(imap)}</dd>
        <dt>{t('signIn.outgoing')}</dt>
        <dd>{sayServer(smtp)}</dd>
        {userName !== address && (
          <>
            <dt>{t('signIn.userName')}</dt>
            <dd dir="auto">{userName}</dd>
          </>
        )}
        {smtpUserName !== userName && (
          <>
            <dt>{t('signIn.outgoingUserName')}</dt>
            <dd dir="auto">{smtpUserName}</dd>
          </>
        )}
        <dt>{t('signIn.how')}</dt>
        <dd>{sayHow(found)}</dd>
      </dl>
      <p className="found-check">{t('signIn.foundNotOurs')}</p>
    </section>
  );
}

/** What pressing the button means: it is the person's word that these hosts are the right ones. */
export function FoundConfirm(props: {
  found: Discovered;
  vault: VaultState;
  password: string;
  onPassword: (password: string) => void;
  error: string | undefined;
}): ReactNode {
  const { found, vault, password, onPassword, error } = props;
  const { oauth } = found;
  if (found.auth === 'oauth' && oauth) {
    const host = oauth.authorizationHost;
    return (
      <p className="task-words">
        {oauth.registersItself ? t('signIn.confirmBrowser', { host }) : t('signIn.confirmClientId', { host })}
      </p>
    );
  }
  return (
    <div className="task-fields">
      <TextField
        label={t('signIn.password')}
        name="password"
        type="password"
        autoFocus
        isRequired
        value={password}
        onChange={onPassword}
        error={error}
        description={t('signIn.confirmPassword', { hosts: sayHosts(found), kept: sayKeptIn(vault) })}
      />
    </div>
  );
}

export function NothingFound({ domain }: { domain: string }): ReactNode {
  return (
    <div className="task-note">
      <Note>
        <div className="med">{t('signIn.nothing', { domain })}</div>
        <div>{t('signIn.nothingText')}</div>
      </Note>
    </div>
  );
}

/** Nothing was found: whom else one can ask, by name and only after a press. */
export function AskIspdb(props: { domain: string; host: string; onAsk: () => void }): ReactNode {
  const { domain, host, onAsk } = props;
  return (
    <div className="ispdb">
      <div>
        <div className="med">{t('signIn.ispdb', { host })}</div>
        <div className="field-help">{t('signIn.ispdbText', { domain })}</div>
      </div>
      <Button onPress={onAsk}>{t('signIn.ispdbAsk', { host })}</Button>
    </div>
  );
}

/** The rest of what was found, and the list of all that was asked: there for whoever wants to know. */
export function FoundMore({ discovery, domain }: { discovery: Discovery; domain: string }): ReactNode {
  const { answer, chosen, choose } = discovery;
  if (!answer) return null;
  const { found, tries } = answer;
  const options = found.map((one, index) => ({
    value: String(index),
    label: sayHosts(one),
    description: sayFoundFrom(one, domain),
  }));
  return (
    <>
      {found.length > 1 && (
        <Disclosure title={t('signIn.otherSettings', { count: found.length - 1 })}>
          <RadioGroup
            label={t('signIn.otherSettingsLabel')}
            isLabelHidden
            value={String(chosen ? found.indexOf(chosen) : 0)}
            onChange={(value) => {
              const picked = found[Number(value)];
              if (picked) choose(picked);
            }}
            options={options}
          />
        </Disclosure>
      )}
      {tries.length > 0 && (
        <Disclosure title={t('signIn.whatWasAsked')}>
          <Tries tries={tries} />
        </Disclosure>
      )}
    </>
  );
}

function Tries({ tries }: { tries: readonly DiscoveryTry[] }): ReactNode {
  return (
    <ul className="tries">
      {tries.map((one) => (
        <li key={`${one.source} ${one.host} ${one.outcome}`}>
          <span>{sayTry(one)}</span>
          <span className={one.outcome === 'found' ? 'med' : 'c3'}>{t(`signIn.outcome.${one.outcome}`)}</span>
        </li>
      ))}
    </ul>
  );
}
