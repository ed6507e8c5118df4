import { randomUUID } from 'node:crypto';
import type { CredentialId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';

export type Credentials = {
  /** Keeps a secret in memory until it is used, 15 minutes are over, or `LIMITS.credentials` newer ones have come. */
  submit(secret: string): CredentialId;
  /** The secret, once. Throws input-invalid when it was used or has gone. */
  take(credentialId: CredentialId): string;
};

const KEPT_FOR = 15 * 60_000;

export function createCredentials(clock: Clock): Credentials {
  const secrets = new Map<CredentialId, { secret: string; cancel(): void }>();
  function forget(credentialId: CredentialId): void {
    secrets.get(credentialId)?.cancel();
    secrets.delete(credentialId);
  }
  return {
    submit(secret) {
      const [oldest] = secrets.keys();
      if (oldest !== undefined && secrets.size >= LIMITS.credentials) forget(oldest);
      const credentialId = randomUUID() as CredentialId;
      const cancel = clock.after(KEPT_FOR, () => secrets.delete(credentialId));
      secrets.set(credentialId, { secret, cancel });
      return credentialId;
    },
    take(credentialId) {
      const found = secrets.get(credentialId);
      if (!found) throw new MailError('input-invalid');
      forget(credentialId);
      return found.secret;
    },
  };
}
