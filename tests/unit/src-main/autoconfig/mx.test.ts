import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { providerOfExchanger } from '../../../../src-main/autoconfig/mx.ts';
import { loadProviders } from '../../../../src-main/autoconfig/providers.ts';

const builtIn = fileURLToPath(new URL('../../../../app/providers.json', import.meta.url));
const providers = loadProviders({ builtIn });

describe('who runs the mailboxes behind a mail exchanger', () => {
  it.each([
    ['aspmx.l.google.com', 'google'],
    ['smtp.google.com', 'google'],
    ['aspmx2.googlemail.com', 'google'],
    ['contoso-com.mail.protection.outlook.com', 'microsoft-work'],
    ['contoso-com.k-v1.mx.microsoft', 'microsoft-work'],
    ['outlook-com.olc.protection.outlook.com', 'microsoft-personal'],
    ['in1-smtp.messagingengine.com', 'fastmail'],
    ['mta5.am0.yahoodns.net', 'yahoo'],
    ['mx-aol.mail.gm0.yahoodns.net', 'aol'],
    ['mx01.mail.icloud.com', 'icloud'],
    ['mx.zoho.com', 'zoho-com-work'],
    ['mx2.zoho.eu', 'zoho-eu-work'],
    ['mx.zoho.in', 'zoho-in-work'],
    ['mx.zoho.com.au', 'zoho-au-work'],
    ['mx.zoho.jp', 'zoho-jp-work'],
    ['mx.zohocloud.ca', 'zoho-ca-work'],
    ['mx.yandex.net', 'yandex'],
    ['emx.mail.ru', 'mail-ru'],
    ['mx00.gmx.net', 'gmx'],
    ['mx-ha02.web.de', 'web-de'],
  ])('of %s it is %s', (host, id) => {
    expect(providerOfExchanger(host, providers)?.id).toBe(id);
  });

  it.each([
    'google.com',
    'evilgoogle.com',
    'mx.google.com.evil.test',
    'mx1.example.org',
    'mx-biz.mail.am0.yahoodns.net',
    '',
  ])('of %j nobody knows', (host) => {
    expect(providerOfExchanger(host, providers)).toBeUndefined();
  });
});
