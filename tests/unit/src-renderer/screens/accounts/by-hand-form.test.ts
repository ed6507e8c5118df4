import { describe, expect, it } from 'vitest';
import {
  type ByHandFields,
  changeSecurity,
  checkByHand,
  secretOf,
  startByHand,
  toHandSettings,
} from '../../../../../src-renderer/screens/accounts/by-hand-form.ts';
import { handSettings } from '../../../../../src-shared/ipc/access-contract.ts';
import { credentialId } from '../../../../../src-shared/model/ids.ts';

const SECRET = credentialId.parse('c-1');
function fill(change: Partial<ByHandFields> = {}): ByHandFields {
  return { ...startByHand('maya@lindgard.example', undefined), password: 'app-word', ...change };
}
const OAUTH: Partial<ByHandFields> = {
  auth: 'oauth',
  issuer: 'https://id.lindgard.example',
  clientId: ' mine ',
  scopes: ' mail  offline_access ',
};

describe('server settings by hand', () => {
  it('open with the names and ports that most domains use', () => {
    const fields = startByHand('maya@lindgard.example', undefined);
    expect(fields.imap).toEqual({ host: 'imap.lindgard.example', port: '993', security: 'tls' });
    expect(fields.smtp).toEqual({ host: 'smtp.lindgard.example', port: '465', security: 'tls' });
    expect(fields.userName).toBe('maya@lindgard.example');
  });

  it('move a usual port along with the encryption and leave an unusual one alone', () => {
    expect(changeSecurity('imap', { host: 'h', port: '993', security: 'tls' }, 'starttls').port).toBe('143');
    expect(changeSecurity('smtp', { host: 'h', port: '587', security: 'starttls' }, 'tls').port).toBe('465');
    expect(changeSecurity('imap', { host: 'h', port: '10993', security: 'tls' }, 'starttls').port).toBe(
      '10993',
    );
  });

  it('become a request that the contract accepts, with a password', () => {
    expect(checkByHand(fill())).toEqual({});
    const settings = toHandSettings(fill({ displayName: ' Maya ' }), SECRET);
    expect(handSettings.parse(settings)).toEqual(settings);
    expect(settings?.auth).toEqual({ kind: 'password', password: SECRET });
    expect(JSON.stringify(settings)).not.toContain('app-word');
  });

  it('become a request that the contract accepts, with an issuer', () => {
    const fields = fill({ ...OAUTH, clientSecret: 'hush' });
    expect(checkByHand(fields)).toEqual({});
    expect(secretOf(fields)).toBe('hush');
    const settings = toHandSettings(fields, SECRET);
    expect(handSettings.parse(settings)).toEqual(settings);
    expect(settings?.auth).toEqual({
      kind: 'oauth',
      issuer: 'https://id.lindgard.example',
      clientId: 'mine',
      clientSecret: SECRET,
      scopes: ['mail', 'offline_access'],
    });
    expect(toHandSettings(fill(OAUTH), undefined)?.auth).not.toHaveProperty('clientSecret');
  });

  it('become a request without a client ID, for a server that is asked for one; a secret has no place in it', () => {
    const fields = fill({ ...OAUTH, clientId: ' ', clientSecret: 'hush', scopes: '' });
    expect(checkByHand(fields)).toEqual({});
    expect(secretOf(fields)).toBe('');
    const settings = toHandSettings(fields, undefined);
    expect(handSettings.parse(settings)).toEqual(settings);
    expect(settings?.auth).toEqual({
      kind: 'oauth',
      issuer: 'https://id.lindgard.example',
      scopes: ['urn:ietf:params:oauth:scope:mail', 'offline_access'],
    });
  });

  it('carry another user name for sending, and who signs in to a shared mailbox', () => {
    const fields = fill({ smtpUserName: ' maya-smtp ', loginAddress: ' samir@lindgard.example ' });
    expect(toHandSettings(fields, SECRET)).toMatchObject({
      smtpUserName: 'maya-smtp',
      loginAddress: 'samir@lindgard.example',
    });
    const plain = toHandSettings(fill(), SECRET);
    expect(plain).not.toHaveProperty('smtpUserName');
    expect(plain).not.toHaveProperty('loginAddress');
  });

  it('start with what another program or the domain knows', () => {
    const server = { host: 'mail.lindgard.example', port: 10_993, security: 'tls' as const };
    const start = { imap: server, smtp: server, userName: 'maya', smtpUserName: 'maya' };
    expect(startByHand('maya@lindgard.example', start)).toMatchObject({
      userName: 'maya',
      smtpUserName: '',
      imap: { host: 'mail.lindgard.example', port: '10993', security: 'tls' },
      auth: 'password',
    });
    const open = { ...start, issuer: 'https://id.lindgard.example', scopes: ['a', 'b'] };
    expect(startByHand('maya@lindgard.example', open)).toMatchObject({ auth: 'oauth', scopes: 'a b' });
  });

  it('do not go out with a password account that has no password', () => {
    expect(toHandSettings(fill(), undefined)).toBeUndefined();
    expect(checkByHand(fill({ password: '' }))).toHaveProperty('password');
  });

  it.each<[string, Partial<ByHandFields>, string]>([
    ['an address without a domain', { address: 'maya' }, 'address'],
    ['no user name', { userName: ' ' }, 'userName'],
    ['a host with a path', { imap: { host: 'imap/x', port: '993', security: 'tls' } }, 'imapHost'],
    ['a port of letters', { imap: { host: 'imap.example', port: '99a', security: 'tls' } }, 'imapPort'],
    ['port 0', { smtp: { host: 'smtp.example', port: '0', security: 'tls' } }, 'smtpPort'],
    ['port 65536', { smtp: { host: 'smtp.example', port: '65536', security: 'tls' } }, 'smtpPort'],
    ['an empty host', { smtp: { host: '', port: '465', security: 'tls' } }, 'smtpHost'],
    ['an issuer that is no address', { ...OAUTH, issuer: 'javascript:alert(1)' }, 'issuer'],
    ['a shared mailbox for nobody', { loginAddress: 'samir' }, 'loginAddress'],
    ['no scope', { ...OAUTH, scopes: '  ' }, 'scopes'],
  ])('mark %s at its own field', (_what, change, field) => {
    expect(Object.keys(checkByHand(fill(change)))).toEqual([field]);
  });
});
