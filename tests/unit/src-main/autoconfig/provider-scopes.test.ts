/** What the program asks people for. To add a scope is to change this table, and to give its reason in the provider file (R15). */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadProviders } from '../../../../src-main/autoconfig/providers.ts';

const builtIn = fileURLToPath(new URL('../../../../app/providers.json', import.meta.url));
const providers = loadProviders({ builtIn });

const REVIEWED: Record<string, { asked: string[]; required: string[] }> = {
  google: { asked: ['https://mail.google.com/', 'openid', 'email'], required: ['https://mail.google.com/'] },
  'microsoft-personal': {
    asked: [
      'https://outlook.office.com/IMAP.AccessAsUser.All',
      'https://outlook.office.com/SMTP.Send',
      'offline_access',
    ],
    required: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send'],
  },
  'microsoft-work': {
    asked: [
      'https://outlook.office.com/IMAP.AccessAsUser.All',
      'https://outlook.office.com/SMTP.Send',
      'offline_access',
    ],
    required: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send'],
  },
  fastmail: {
    asked: ['urn:ietf:params:oauth:scope:mail', 'offline_access'],
    required: ['urn:ietf:params:oauth:scope:mail'],
  },
  yahoo: { asked: ['mail-w'], required: ['mail-w'] },
  aol: { asked: ['mail-w'], required: ['mail-w'] },
  yandex: { asked: ['mail:imap_full', 'mail:smtp'], required: ['mail:imap_full', 'mail:smtp'] },
  'mail-ru': { asked: ['mail.imap', 'userinfo'], required: ['mail.imap'] },
};

describe('the scopes that are asked for', () => {
  it('are those that were looked at, no more and no less', () => {
    const asked = providers.flatMap(({ id, oauth }) =>
      oauth ? [[id, { asked: oauth.scopes, required: oauth.requiredScopes }]] : [],
    );
    expect(Object.fromEntries(asked)).toEqual(REVIEWED);
  });

  it('have each a reason, and no reason is left over', () => {
    for (const { id, oauth } of providers) {
      if (!oauth) continue;
      expect(Object.keys(oauth.scopeReasons ?? {}).toSorted(), id).toEqual(oauth.scopes.toSorted());
    }
  });
});
