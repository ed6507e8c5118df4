/** The part of the contract about accounts: finding them, signing in and out, what is known of their access, and the safety of this program. */
import { z } from 'zod';
import { accountView } from '../model/account.ts';
import { activityCheck, activityEntry, activityFinding, activityGroup } from '../model/activity.ts';
import { debt } from '../model/debt.ts';
import { discovered, discoverySource, discoveryTry, importedAccount } from '../model/discovery.ts';
import { grantView } from '../model/grant.ts';
import { identity } from '../model/identity.ts';
import { accountId, attemptId, credentialId, debtId, identityId, receiptId } from '../model/ids.ts';
import { contactedHost, dataItem } from '../model/privacy.ts';
import { noticeView, providerView } from '../model/provider.ts';
import { receipt, signOutPreview } from '../model/receipt.ts';
import { securityCheck } from '../model/security-check.ts';
import { serverSettings } from '../model/server-settings.ts';
import { lockState } from '../model/settings.ts';
import { errorCode } from './error-codes.ts';

const nothing = z.object({});
const done = z.object({});
const addressText = z.string().max(500);

export const handSettings = z.object({
  address: addressText,
  displayName: z.string().max(200),
  userName: z.string().min(1).max(320),
  smtpUserName: z.string().min(1).max(320).optional(),
  /** A shared mailbox: who signs in. */
  loginAddress: addressText.optional(),
  imap: serverSettings,
  smtp: serverSettings,
  /** Where the settings came from, for Activity; absent when they were typed. */
  foundBy: discoverySource.optional(),
  auth: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('password'), password: credentialId }),
    z.object({
      kind: z.literal('oauth'),
      issuer: z.url().max(2000),
      /** Absent: the server is asked for one (RFC 7591), or takes the address of our metadata document. */
      clientId: z.string().min(1).max(500).optional(),
      clientSecret: credentialId.optional(),
      scopes: z.array(z.string().min(1).max(300)).max(30),
    }),
  ]),
});
export type HandSettings = z.infer<typeof handSettings>;

/** `device` (RFC 8628): where there is no browser that can be used, any other device's will do. */
const via = z.enum(['browser', 'device']).optional();

export const accessContract = {
  'lock.getState': { doc: 'Whether the program is locked, and by what.', input: nothing, output: lockState },
  'lock.set': {
    doc: 'Sets or changes the passphrase of the program; an old one has to be given.',
    input: z.object({
      passphrase: credentialId.optional(),
      current: credentialId.optional(),
      afterMinutes: z.number().int().min(0).max(240),
    }),
    output: lockState,
  },
  'lock.remove': {
    doc: 'Takes the lock away.',
    input: z.object({ current: credentialId }),
    output: lockState,
  },
  'lock.lock': { doc: 'Locks now.', input: nothing, output: lockState },
  'lock.unlock': {
    doc: 'Opens the lock; what asks for the passphrase once more (export, signing out) may be done for five minutes.',
    input: z.object({ passphrase: credentialId }),
    output: lockState,
  },
  'accounts.list': { doc: 'All accounts with their state.', input: nothing, output: z.array(accountView) },
  'accounts.findProvider': {
    doc: 'Who runs the mail of this address, from what is on this computer. Asks no server.',
    input: z.object({ address: addressText }),
    output: z.object({ domain: z.string(), provider: providerView.optional() }),
  },
  'accounts.discover': {
    doc: 'Who runs the mail of this address, from the domain itself: DNS and the places where settings are published. Asks a third party only when `askIspdb` is set.',
    input: z.object({ address: addressText, askIspdb: z.boolean() }),
    output: z.object({
      domain: z.string(),
      found: z.array(discovered),
      tries: z.array(discoveryTry),
      /** The third party that can be asked and was not. */
      ispdbHost: z.string().optional(),
    }),
  },
  'accounts.readOtherProgram': {
    doc: 'Asks for the profile of Thunderbird or the settings export of K-9 Mail, and answers with the accounts in it, without secrets.',
    input: z.object({ program: z.enum(['thunderbird', 'k9']) }),
    output: z.object({ accounts: z.array(importedAccount), isCancelled: z.boolean() }),
  },
  'identities.list': {
    doc: "Who one writes as, account by account; the account's own first.",
    input: nothing,
    output: z.array(identity),
  },
  'identities.save': {
    doc: 'Adds an identity or changes one; a server of its own is tried with its password before anything is saved.',
    input: z.object({
      identityId: identityId.optional(),
      accountId,
      address: addressText,
      displayName: z.string().max(200),
      signature: identity.shape.signature,
      submission: z
        .object({
          smtp: serverSettings,
          userName: z.string().min(1).max(320),
          /** Absent: the one that is in the vault stays. */
          password: credentialId.optional(),
        })
        .optional(),
    }),
    output: identity,
  },
  'identities.remove': {
    doc: 'Removes an identity and its password; what waits to be sent under it has to go first.',
    input: z.object({ identityId }),
    output: done,
  },
  'credentials.submit': {
    doc: 'Puts a password or a client secret into the memory of the engine and answers with a name for it.',
    input: z.object({ secret: z.string().min(1).max(10_000) }),
    output: z.object({ credentialId }),
  },
  'accounts.signIn': {
    doc: 'Signs in with a known provider in the browser, or with an app password, tries IMAP and SMTP, saves the account.',
    input: z.object({
      attemptId,
      address: addressText,
      providerId: z.string().max(100),
      clientId: z.string().min(1).max(500).optional(),
      clientSecret: credentialId.optional(),
      password: credentialId.optional(),
      /** A shared mailbox: who signs in. */
      loginAddress: addressText.optional(),
      via,
    }),
    output: accountView,
  },
  'accounts.addByHand': {
    doc: 'The same with server settings that the person typed.',
    input: z.object({ attemptId, settings: handSettings, via }),
    output: accountView,
  },
  'accounts.signInAgain': {
    doc: 'Renews the grant of an account that is there already; its mail stays as it is.',
    input: z.object({ attemptId, accountId, password: credentialId.optional(), via }),
    output: accountView,
  },
  'accounts.cancelSignIn': {
    doc: 'Ends a running sign-in; nothing was saved.',
    input: z.object({ attemptId }),
    output: done,
  },
  'accounts.copySignInLink': {
    doc: 'Puts the link of a running sign-in on the clipboard, for another browser on this computer.',
    input: z.object({ attemptId }),
    output: done,
  },
  'accounts.openSignInLink': {
    doc: 'Opens the browser once more for a running sign-in.',
    input: z.object({ attemptId }),
    output: done,
  },
  'accounts.addLocal': {
    doc: 'An account without a server: mailboxes on this computer only, for imported mail.',
    input: z.object({ name: z.string().trim().min(1).max(100) }),
    output: accountView,
  },
  'accounts.setBodyPolicy': {
    doc: 'How many months of whole messages are fetched before they are opened; 0 for none, 1200 for all.',
    input: z.object({ accountId, months: z.number().int().min(0).max(1200) }),
    output: accountView,
  },
  'accounts.remove': {
    doc: 'Removes an account that has no server, with its mail. The others are signed out instead.',
    input: z.object({ accountId }),
    output: done,
  },
  'grants.list': {
    doc: 'What this computer may do with each account.',
    input: nothing,
    output: z.array(grantView),
  },
  'grants.openManagePage': {
    doc: "Opens the provider's own page about the programs that have access.",
    input: z.object({ accountId }),
    output: done,
  },
  'grants.previewSignOut': {
    doc: 'Counts what is only on this computer and would be lost by signing out.',
    input: z.object({ accountId }),
    output: signOutPreview,
  },
  'grants.signOut': {
    doc: 'Gives the access back, proves it, deletes the key here, keeps or erases the mail; answers with the receipt.',
    input: z.object({ accountId, finishFirst: z.boolean(), mail: z.enum(['keep', 'erase']) }),
    output: receipt,
  },
  'grants.signOutEverything': {
    doc: 'Signs every account out, one after the other; without a connection the provider is told as soon as there is one. Answers with a receipt for each, and why it is not signed out where one is not: that is tried again at the next start.',
    input: z.object({ finishFirst: z.boolean(), mail: z.enum(['keep', 'erase']) }),
    output: z.object({
      receipts: z.array(receipt),
      failed: z.array(z.object({ accountId, code: errorCode })),
    }),
  },
  'debts.list': {
    doc: 'Accesses that were given back here and that a provider has not confirmed yet.',
    input: nothing,
    output: z.array(debt),
  },
  'debts.retry': { doc: 'Asks the provider again now.', input: z.object({ debtId }), output: z.array(debt) },
  'debts.giveUp': {
    doc: "The person has taken the access back on the provider's page: the key that was held for asking is deleted.",
    input: z.object({ debtId }),
    output: z.array(debt),
  },
  'activity.page': {
    doc: 'The audit log, newest first.',
    input: z.object({
      accountId: accountId.optional(),
      group: activityGroup.optional(),
      /** Entries before this number. */
      before: z.number().int().positive().optional(),
      limit: z.number().int().min(1).max(500),
    }),
    output: z.object({ entries: z.array(activityEntry), next: z.number().optional() }),
  },
  'activity.check': {
    doc: 'Whether the audit log is what was written, from the first entry to the last.',
    input: nothing,
    output: activityCheck,
  },
  'activity.findings': {
    doc: 'What looks odd in the audit log.',
    input: nothing,
    output: z.array(activityFinding),
  },
  'activity.export': {
    doc: 'Asks where, and writes the audit log with its chain there as JSON.',
    input: nothing,
    output: z.object({ saved: z.boolean() }),
  },
  'security.check': {
    doc: 'Verifies this installation now; asks the servers of the accounts for their certificates.',
    input: nothing,
    output: securityCheck,
  },
  'security.last': {
    doc: 'The last result.',
    input: nothing,
    output: z.object({ check: securityCheck.optional() }),
  },
  'privacy.dataMap': {
    doc: 'What is kept where on this computer, and which hosts are talked to.',
    input: nothing,
    output: z.object({ items: z.array(dataItem), hosts: z.array(contactedHost) }),
  },
  'privacy.exportAll': {
    doc: 'Asks for a folder, and writes everything there that is kept here, but no key: mail, drafts, settings, activity, receipts.',
    input: nothing,
    output: z.object({ folder: z.string().optional(), messages: z.number() }),
  },
  'privacy.eraseAll': {
    doc: 'Deletes everything of this profile, also in the keychain. Accounts have to be signed out first.',
    input: nothing,
    output: done,
  },
  'providers.loadNotice': {
    doc: 'Asks for a signed notice, which replaces presets until the next release; a forged or older one is refused.',
    input: nothing,
    output: z.object({ loaded: z.boolean(), providers: z.array(z.string()) }),
  },
  'providers.getNotice': {
    doc: 'The signed notice in use: which presets it replaces, and what its makers want to be known.',
    input: nothing,
    output: z.object({ notice: noticeView.optional() }),
  },
  'receipts.saveAll': {
    doc: 'Asks where, and writes the receipts of one act there as one page.',
    input: z.object({ batch: z.string().max(64) }),
    output: z.object({ saved: z.boolean() }),
  },
  'receipts.list': { doc: 'All receipts, newest first.', input: nothing, output: z.array(receipt) },
  'receipts.save': {
    doc: 'Asks where, and writes the receipt there as a page with the same facts as JSON inside.',
    input: z.object({ receiptId }),
    output: z.object({ saved: z.boolean() }),
  },
} as const;
