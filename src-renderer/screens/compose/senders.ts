/** Who a message can be from: the identities of all accounts that can send, in the order of the accounts. */
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { Identity } from '../../../src-shared/model/identity.ts';
import type { AccountId, IdentityId } from '../../../src-shared/model/ids.ts';
import type { DraftFields } from './draft-fields.ts';

export type Sender = {
  /** Names it among the others. */
  value: string;
  accountId: AccountId;
  /** Absent: the account's own. */
  identityId?: IdentityId;
  name: string;
  address: string;
  signature: Identity['signature'];
  /** What the account is called, to tell it from another of the same address. */
  accountName: string;
  /** It sends through a server of its own. */
  hasOwnServer: boolean;
};

/**
 * Mail of this computer alone has no server that could send it; its account is there only while the draft stands on it.
 * The account's own identity has the account's id.
 */
export function sendersOf(
  accounts: readonly AccountView[],
  identities: readonly Identity[],
  { accountId }: Pick<DraftFields, 'accountId'>,
): Sender[] {
  const nameOf = (id: AccountId): string => {
    const account = accounts.find((one) => one.accountId === id);
    return account?.providerName ?? '';
  };
  const local = accounts.filter((one) => one.auth === 'none' && one.accountId === accountId);
  return [
    ...identities.map((one) => ({
      value: one.identityId,
      accountId: one.accountId,
      ...(isOwn(one) ? {} : { identityId: one.identityId }),
      name: one.displayName,
      address: one.address,
      signature: one.signature,
      accountName: nameOf(one.accountId),
      hasOwnServer: one.submission !== undefined,
    })),
    ...local.map((one) => ({
      value: one.accountId,
      accountId: one.accountId,
      name: one.displayName,
      address: one.address,
      signature: undefined,
      accountName: nameOf(one.accountId),
      hasOwnServer: false,
    })),
  ];
}

/** The one that the draft names; one that is gone is the account's own, as it will be when it is sent. */
export function senderOf(
  senders: readonly Sender[],
  { accountId, identityId }: Pick<DraftFields, 'accountId' | 'identityId'>,
): Sender | undefined {
  const mine = senders.filter((one) => one.accountId === accountId);
  return (
    mine.find((one) => one.identityId === identityId) ?? mine.find((one) => one.identityId === undefined)
  );
}

export function withSender(fields: DraftFields, { accountId, identityId }: Sender): DraftFields {
  const { identityId: _before, ...rest } = fields;
  return { ...rest, accountId, ...(identityId !== undefined && { identityId }) };
}

/** Name and address; of two that look the same also the account. */
export function senderLabel(sender: Sender, all: readonly Sender[] = []): string {
  const label = plainLabel(sender);
  const isAlone = all.every((one) => one.value === sender.value || plainLabel(one) !== label);
  return isAlone || sender.accountName === '' ? label : `${label} (${sender.accountName})`;
}

function plainLabel({ name, address }: Sender): string {
  if (address === '') return name;
  return name === '' ? address : `${name} <${address}>`;
}

function isOwn({ identityId, accountId }: Identity): boolean {
  return (identityId as string) === accountId;
}
