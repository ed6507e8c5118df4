import { randomUUID } from 'node:crypto';
import type { CredentialId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';

export type Credentials = {
  /** Keeps a secret in memory until it is used or 15 minutes are over. */
  submit(secret: string): CredentialId;
  /** The secret, once. Throws input-invalid when it was used or has gone. */
  take(credentialId: CredentialId): string;
};

const KEPT_FOR = 15 * 60_000;

export function createCredentials(clock: Clock): Credentials {
  const secrets = new Map<CredentialId, { secret: string; cancel(): void }>();
  return {
    submit(secret) {
      const credentialId = randomUUID() as CredentialId;
      const cancel = clock.after(KEPT_FOR, () => secrets.delete(credentialId));
      secrets.set(credentialId, { secret, cancel });
      return credentialId;
    },
    take(credentialId) {
      const found = secrets.get(credentialId);
      if (!found) throw new MailError('input-invalid');
      found.cancel();
      secrets.delete(credentialId);
      return found.secret;
    },
  };
}
