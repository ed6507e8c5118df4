import type { ReactNode } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { t } from '../../i18n/i18n.ts';
import { AdminMessage } from './admin-message.tsx';
import { adminMessage, missingScopes, pageFor, sayReason, sayScope } from './failure-words.ts';
import { OpenPage } from './open-page.tsx';

export type SignInFailureProps = {
  failure: Fail;
  address: string;
  providerName?: string | undefined;
  /** What is known of the provider beyond its name. */
  provider?: Pick<ProviderView, 'appPasswordUrl' | 'mailProgramsUrl'> | undefined;
  scopes?: readonly string[] | undefined;
  /** Tries the same with the browser of another device; absent where there is no browser in it. */
  onDevice?: (() => void) | undefined;
};

/** A sign-in that failed: what happened, the provider's known reason, and whatever helps with just that. */
export function SignInFailure(props: SignInFailureProps): ReactNode {
  const { failure, address, providerName, provider, scopes = [], onDevice } = props;
  const name = providerName ?? t('signIn.thisProvider');
  const reason = sayReason(failure, providerName);
  const page = pageFor(failure, provider);
  const missing = missingScopes(failure);
  const message =
    failure.code === 'admin-approval-needed'
      ? adminMessage(failure, { address, providerName: name, scopes })
      : undefined;
  return (
    <>
      <FailureNote
        failure={failure}
        takesFocus
        actions={
          failure.code === 'browser-unavailable' &&
          onDevice && <Button onPress={onDevice}>{t('signIn.wayDevice')}</Button>
        }
      />
      {(reason !== undefined || page) && (
        <div className="failure-more">
          {reason !== undefined && <p>{reason}</p>}
          {page && (
            <OpenPage url={page.url}>
              {page.isForAppPassword
                ? t('signIn.reasonAppPassword')
                : t('signIn.reasonPage', { provider: name })}
            </OpenPage>
          )}
        </div>
      )}
      {missing.length > 0 && (
        <div className="failure-more">
          <p className="med">{t('signIn.missing')}</p>
          <ul>
            {missing.map((scope) => (
              <li key={scope}>
                {sayScope(scope)} <code className="selectable">{scope}</code>
              </li>
            ))}
          </ul>
          <p>{t('signIn.missingAgain', { provider: name })}</p>
        </div>
      )}
      {message && <AdminMessage {...message} />}
    </>
  );
}
