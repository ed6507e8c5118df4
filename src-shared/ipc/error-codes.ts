import { z } from 'zod';

/**
 * Every way in which a request can fail, once. Each code has a sentence for people in the catalogue (`error.CODE.title`),
 * and a next step (`error.CODE.next`). Texts of servers and libraries never stand in for them.
 */
export const ERROR_CODES = [
  // input
  'address-invalid',
  'provider-unknown',
  'input-invalid',
  'not-found',
  // the sign-in in the browser
  'sign-in-refused',
  'sign-in-cancelled',
  'sign-in-timed-out',
  'sign-in-forged',
  'browser-unavailable',
  'listener-unavailable',
  'scope-missing',
  'address-mismatch',
  'client-id-missing',
  'client-refused',
  'authorization-server-unreachable',
  'authorization-server-invalid',
  'token-endpoint-down',
  'no-refresh-token',
  'registration-refused',
  'device-not-offered',
  'admin-approval-needed',
  // using the grant
  'grant-ended',
  'login-refused',
  'password-refused',
  'imap-not-allowed',
  'smtp-not-allowed',
  'server-unproven',
  // connections
  'offline',
  'host-not-found',
  'connection-refused',
  'connection-timed-out',
  'connection-lost',
  'server-busy',
  'tls-untrusted',
  'tls-wrong-host',
  'tls-expired',
  'tls-missing',
  'tls-failed',
  'protocol-error',
  // sending
  'recipient-missing',
  'recipient-invalid',
  'recipients-refused',
  'message-refused',
  'message-too-large',
  'sender-refused',
  'account-local',
  'submission-unknown',
  'attachment-too-large',
  'attachment-unreadable',
  'address-not-sendable',
  // a message that is open
  'signature-invalid',
  'unsubscribe-refused',
  'pictures-refused',
  'preview-unavailable',
  'receipt-sent',
  'contacts-unreadable',
  'dictionary-unreadable',
  // changes on the server
  'mailbox-missing',
  'mailbox-full',
  'message-gone',
  'change-refused',
  'mailbox-exists',
  'mailbox-name-refused',
  'copy-refused',
  'not-finished',
  // this computer
  'keychain-absent',
  'keychain-locked',
  'keychain-failed',
  'secrets-unreadable',
  'store-unreadable',
  'store-newer',
  'store-key-lost',
  'passphrase-wrong',
  'passphrase-weak',
  'app-locked',
  'unlock-needed',
  'settings-unreadable',
  'notice-forged',
  'identity-in-use',
  'recovery-code-wrong',
  'import-unreadable',
  'import-cut',
  'disk-full',
  'file-unwritable',
  'too-complex',
  'busy',
  'internal',
] as const;

export const errorCode = z.enum(ERROR_CODES);
export type ErrorCode = z.infer<typeof errorCode>;

export const retry = z.enum(['never', 'later', 'after-sign-in']);
export type Retry = z.infer<typeof retry>;
