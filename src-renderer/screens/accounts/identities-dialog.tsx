/** The addresses that one writes as in an account, each through the account's server or through one of its own. */
import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { Identity } from '../../../src-shared/model/identity.ts';
import type { Security } from '../../../src-shared/model/server-settings.ts';
import { isAddress } from '../../../src-shared/text/address.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/checkbox.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { SignatureField } from './signature-field.tsx';

export function IdentitiesDialog({
  account,
  onClose,
}: {
  account: AccountView;
  onClose: () => void;
}): ReactNode {
  const all = useRequest('identities.list', {}, { refetchOn: ['identitiesChanged'] });
  const [edited, setEdited] = useState<Identity | 'new'>();
  const mine = (all.value ?? []).filter((one) => one.accountId === account.accountId);
  if (edited) {
    return (
      <EditDialog
        account={account}
        identity={edited === 'new' ? undefined : edited}
        isOwn={edited !== 'new' && mine[0]?.identityId === edited.identityId}
        onClose={() => {
          setEdited(undefined);
          all.refetch();
        }}
      />
    );
  }
  return (
    <Dialog
      title={t('identities.title', { address: cleanLine(account.address) })}
      lede={t('identities.lede')}
      isOpen
      onClose={onClose}
      actions={<Button onPress={onClose}>{t('common.close')}</Button>}
    >
      {all.failure && <FailureNote failure={all.failure} />}
      <ul className="receipt-list">
        {mine.map((one) => (
          <li key={one.identityId}>
            <div className="grow">
              <div className="cut med" dir="auto">
                {cleanLine(one.displayName === '' ? one.address : `${one.displayName} <${one.address}>`)}
              </div>
              <div className="c2 cut">
                {one.submission
                  ? t('identities.through', { host: one.submission.smtp.host })
                  : t('identities.throughAccount')}
              </div>
            </div>
            <Button
              variant="link"
              label={t('identities.editOf', { address: cleanLine(one.address) })}
              onPress={() => setEdited(one)}
            >
              {t('identities.edit')}
            </Button>
          </li>
        ))}
      </ul>
      <p className="identities-add">
        <Button icon="plus" onPress={() => setEdited('new')}>
          {t('identities.add')}
        </Button>
      </p>
    </Dialog>
  );
}

function EditDialog(props: {
  account: AccountView;
  identity: Identity | undefined;
  isOwn: boolean;
  onClose: () => void;
}): ReactNode {
  const { account, identity, isOwn, onClose } = props;
  const backend = useBackend();
  const server = identity?.submission;
  const [address, setAddress] = useState(identity?.address ?? '');
  const [name, setName] = useState(identity?.displayName ?? account.displayName);
  const [signature, setSignature] = useState(identity?.signature);
  const [hasServer, setHasServer] = useState(server !== undefined);
  const [host, setHost] = useState(server?.smtp.host ?? '');
  const [port, setPort] = useState(String(server?.smtp.port ?? 465));
  const [security, setSecurity] = useState<Security>(server?.smtp.security ?? 'tls');
  const [userName, setUserName] = useState(server?.userName ?? '');
  const [password, setPassword] = useState('');
  const [isTried, setIsTried] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Fail>();

  const addressProblem = isAddress(address.trim()) ? undefined : t('error.address-invalid.title');
  const portNumber = Number(port);
  const isPort = Number.isInteger(portNumber) && portNumber > 0 && portNumber < 65_536;
  const isServerWhole = host.trim() !== '' && isPort && userName.trim() !== '' && (password !== '' || server);
  const missing = (isWrong: boolean) => (isTried && isWrong ? { error: t('identities.missing') } : {});

  const save = async (): Promise<void> => {
    setIsTried(true);
    if (addressProblem !== undefined || (hasServer && !isServerWhole)) return;
    setIsBusy(true);
    const held =
      hasServer && password !== ''
        ? await backend.request('credentials.submit', { secret: password })
        : undefined;
    const result =
      held && !held.ok
        ? held
        : await backend.request('identities.save', {
            ...(identity && { identityId: identity.identityId }),
            accountId: account.accountId,
            address: address.trim(),
            displayName: name.trim(),
            ...(signature && { signature }),
            ...(hasServer && {
              submission: {
                smtp: { host: host.trim(), port: portNumber, security },
                userName: userName.trim(),
                ...(held && { password: held.value.credentialId }),
              },
            }),
          });
    setIsBusy(false);
    setFailure(result.ok ? undefined : result);
    if (result.ok) onClose();
  };
  const remove = async (): Promise<void> => {
    if (!identity) return;
    const result = await backend.request('identities.remove', { identityId: identity.identityId });
    setFailure(result.ok ? undefined : result);
    if (result.ok) onClose();
  };
  return (
    <Dialog
      title={identity ? t('identities.editTitle') : t('identities.addTitle')}
      isOpen
      onClose={onClose}
      isDismissable={!isBusy}
      actions={
        <>
          {identity && !isOwn && (
            <Button variant="danger" isDisabled={isBusy} onPress={() => void remove()}>
              {t('identities.remove')}
            </Button>
          )}
          <Button variant="quiet" isDisabled={isBusy} onPress={onClose}>
            {t('accounts.cancel')}
          </Button>
          <Button variant="primary" isDisabled={isBusy} onPress={() => void save()}>
            {t(isBusy ? 'identities.trying' : 'identities.save')}
          </Button>
        </>
      }
    >
      {failure && <FailureNote failure={failure} takesFocus />}
      <div className="task-fields">
        <TextField
          label={t('identities.address')}
          type="email"
          autoFocus={!isOwn}
          isDisabled={isOwn}
          value={address}
          onChange={setAddress}
          {...(isTried && addressProblem !== undefined && { error: addressProblem })}
        />
        <TextField label={t('identities.name')} autoFocus={isOwn} value={name} onChange={setName} />
        <SignatureField value={identity?.signature} onChange={setSignature} />
        {!isOwn && (
          <Checkbox isSelected={hasServer} onChange={setHasServer}>
            {t('identities.ownServer')}
          </Checkbox>
        )}
        {hasServer && (
          <>
            <p className="t12 c2">{t('identities.ownServerText')}</p>
            <div className="server-fields">
              <TextField
                label={t('identities.host')}
                value={host}
                onChange={setHost}
                {...missing(host.trim() === '')}
              />
              <TextField
                label={t('identities.port')}
                inputMode="numeric"
                value={port}
                onChange={setPort}
                {...missing(!isPort)}
              />
              <Select
                label={t('identities.security')}
                value={security}
                onChange={setSecurity}
                options={[
                  { value: 'tls', label: t('accounts.byHand.tls') },
                  { value: 'starttls', label: t('accounts.byHand.starttls') },
                ]}
              />
            </div>
            <TextField
              label={t('identities.userName')}
              value={userName}
              onChange={setUserName}
              {...missing(userName.trim() === '')}
            />
            <TextField
              label={t('identities.password')}
              type="password"
              value={password}
              onChange={setPassword}
              {...(server && { description: t('identities.passwordKept') })}
              {...missing(password === '' && server === undefined)}
            />
          </>
        )}
      </div>
    </Dialog>
  );
}
