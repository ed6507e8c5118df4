import { type ReactNode, useId, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { GrantView } from '../../../src-shared/model/grant.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { Note } from '../../components/note.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatList, t } from '../../i18n/i18n.ts';
import { sayClientIdOwner, sayGranted, sayKept, sayLastUsed, sayRenewed, sayState } from './access-words.ts';

export type AccessSectionProps = {
  account: AccountView;
  grant: GrantView | undefined;
  /** Signed out here, while the provider has not confirmed it: the key is put apart, not deleted. */
  isOwed: boolean;
  /** Messages of this account in the outbox. */
  waiting: number;
  now: number;
  onSignInAgain: () => void;
  onSignOut: () => void;
  onDeleteMail: () => void;
  onIdentities: () => void;
};

/** One account: what it may do, since when, until when, and the two ways out. */
export function AccessSection(props: AccessSectionProps): ReactNode {
  const { account, grant, isOwed, waiting, now } = props;
  const { onSignInAgain, onSignOut, onDeleteMail, onIdentities } = props;
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const headingId = useId();
  const state = sayState(account, grant, now);
  const isEnded = account.state === 'needs-sign-in';
  const isSignedOut = account.state === 'signed-out';
  const provider = account.providerName;
  const endedNote =
    grant?.state === 'revoking' ? t('access.cutOffNote', { provider }) : t('access.endedNote', { waiting });
  const signedOutNote = isOwed ? t('access.owedNote', { provider }) : t('access.signedOutNote');
  const note = isEnded ? endedNote : signedOutNote;

  const openOwnPage = async (): Promise<void> => {
    const result = await backend.request('grants.openManagePage', { accountId: account.accountId });
    setFailure(result.ok ? undefined : result);
  };

  return (
    <section className="section access" aria-labelledby={headingId}>
      <div className="access-head">
        <Avatar name={provider} shape="square" size={40} />
        <div className="access-who">
          <h2 id={headingId} className="cut" dir="auto">
            {account.address}
          </h2>
          <div className={state.isWarning ? 'warn access-state' : 'c2 access-state'}>
            {account.state === 'online' && <Icon name="plug" />}
            {(account.state === 'offline' || isSignedOut) && <Icon name="unplug" />}
            <span>{state.words}</span>
          </div>
        </div>
        <div className="access-buttons">
          {grant?.manageUrl !== undefined && (
            <Button variant="quiet" onPress={() => void openOwnPage()}>
              {t('access.ownPage', { provider })}
              <Icon name="external" size={14} />
            </Button>
          )}
          {!isEnded && !isSignedOut && (
            <Button
              variant="quiet"
              label={t('access.signInAgainTo', { address: account.address })}
              onPress={onSignInAgain}
            >
              {t('access.signInAgain')}
            </Button>
          )}
          {isSignedOut ? (
            <Button
              variant="danger"
              label={t('access.deleteMailOf', { address: account.address })}
              onPress={onDeleteMail}
            >
              {t('access.deleteMail')}
            </Button>
          ) : (
            <Button label={t('access.signOutOf', { address: account.address })} onPress={onSignOut}>
              {t('access.signOut')}
            </Button>
          )}
        </div>
      </div>
      {failure && (
        <div className="access-more">
          <FailureNote failure={failure} />
        </div>
      )}
      {(isEnded || isSignedOut) && (
        <div className="access-more access-note">
          <Note
            tone={isEnded ? 'warn' : 'quiet'}
            icon={isEnded ? 'warning' : 'mail'}
            actions={
              <Button variant={isEnded ? 'primary' : 'neutral'} onPress={onSignInAgain}>
                {t('access.signInAgain')}
              </Button>
            }
          >
            {note}
          </Note>
        </div>
      )}
      {grant && (
        <Facts account={account} grant={grant} isOwed={isOwed} now={now} onIdentities={onIdentities} />
      )}
    </section>
  );
}

function Facts(props: {
  account: AccountView;
  grant: GrantView;
  isOwed: boolean;
  now: number;
  onIdentities: () => void;
}): ReactNode {
  const { account, grant, isOwed, now, onIdentities } = props;
  const all = useRequest('identities.list', {}, { refetchOn: ['identitiesChanged', 'accountsChanged'] });
  const identities = (all.value ?? []).filter((one) => one.accountId === account.accountId);
  const loginAddress = account.auth === 'none' ? undefined : account.loginAddress;
  const isOver = account.state === 'needs-sign-in' || account.state === 'signed-out';
  return (
    <dl className="facts access-more">
      <dt>{t('access.allowedTo')}</dt>
      <dd>
        <AllowedTo grant={grant} isOver={isOver} />
      </dd>
      <dt>{t('access.granted')}</dt>
      <dd className="num">{sayGranted(grant)}</dd>
      {!isOver && grant.kind === 'oauth' && (
        <>
          <dt>{t('access.renewed')}</dt>
          <dd className="num">{sayRenewed(grant, now)}</dd>
        </>
      )}
      {!isOver && (
        <>
          <dt>{t('access.lastUsed')}</dt>
          <dd className="num">{sayLastUsed(grant, now)}</dd>
        </>
      )}
      {!isOver && grant.clientId !== undefined && (
        <>
          <dt>{t('access.clientId')}</dt>
          <dd>
            {sayClientIdOwner(grant)} <code className="selectable">{grant.clientId}</code>
          </dd>
        </>
      )}
      {!isOver && grant.issuer !== undefined && (
        <>
          <dt>{t('access.issuer')}</dt>
          <dd>
            <code className="selectable">{grant.issuer}</code>
          </dd>
        </>
      )}
      {!isOver && (
        <>
          <dt>{t('access.writesAs')}</dt>
          <dd>
            {loginAddress !== undefined && `${t('access.shared', { login: loginAddress })} `}
            <bdi>{formatList(identities.map((one) => cleanLine(one.address)))}</bdi>{' '}
            <Button
              variant="link"
              label={t('access.identitiesOf', { address: account.address })}
              onPress={onIdentities}
            >
              {t('access.identities')}
            </Button>
          </dd>
        </>
      )}
      <dt>{t('access.keptIn')}</dt>
      <dd>{isOwed ? t('access.keptOwed', { provider: grant.providerName }) : sayKept(grant)}</dd>
    </dl>
  );
}

/** What it may do in plain words, with the provider's own words and the raw scopes one click away. */
function AllowedTo({ grant, isOver }: { grant: GrantView; isOver: boolean }): ReactNode {
  const [isShown, setIsShown] = useState(false);
  if (isOver) {
    return (
      <>
        {t('access.allowedNothing')} <span className="c2">{t('access.allowedBefore')}</span>
      </>
    );
  }
  return (
    <>
      {t('access.allowedMail')}{' '}
      {grant.kind === 'oauth' && (
        <span className="c2">{t('access.allowedNoLess', { provider: grant.providerName })} </span>
      )}
      <Button variant="link" onPress={() => setIsShown((before) => !before)}>
        {isShown ? t('access.exactWordsHide') : t('access.exactWords')}
      </Button>
      {isShown && (
        <div className="exact-words">
          {grant.consentWords !== undefined && (
            <p>{t('access.consentWords', { provider: grant.providerName, words: grant.consentWords })}</p>
          )}
          {grant.scopes.length === 0 ? (
            <p>{t('access.noScopes')}</p>
          ) : (
            <>
              <p>{t('access.scopes')}</p>
              <ul>
                {grant.scopes.map((scope) => (
                  <li key={scope}>
                    <code className="selectable">{scope}</code>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </>
  );
}
