import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readClientIds, withClientIds } from '../../../scripts/lib/client-ids.mjs';
import { loadProviders, readClientMetadataUrl } from '../../../src-main/autoconfig/providers.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lk-ids-'));
  mkdirSync(join(root, 'build'));
});
afterEach(() => rmSync(root, { recursive: true }));

const providers = () => ({
  version: 1,
  providers: [
    { id: 'one', oauth: { clientId: '', scopes: ['mail'] } },
    { id: 'two', oauth: { clientId: '' } },
    { id: 'three' },
  ],
});

describe('the client IDs of a build', () => {
  it('are none without a configuration', () => {
    expect(readClientIds({ root, env: {} })).toEqual({});
    expect(withClientIds(providers(), {})).toEqual(providers());
  });

  it('come from a file that git leaves alone, or from the environment, which wins', () => {
    writeFileSync(
      join(root, 'build', 'client-ids.json'),
      JSON.stringify({ clientIds: { one: 'from-file' } }),
    );
    expect(readClientIds({ root, env: {} })).toEqual({ clientIds: { one: 'from-file' } });
    const env = { LATCHKEY_CLIENT_IDS: JSON.stringify({ clientIds: { one: 'from-environment' } }) };
    expect(readClientIds({ root, env })).toEqual({ clientIds: { one: 'from-environment' } });
  });

  it('are put where they belong, and nowhere else', () => {
    const ids = {
      clientIds: { one: 'id' },
      clientSecrets: { one: 'public' },
      clientMetadataUrl: 'https://a.example/c',
    };
    expect(withClientIds(providers(), ids)).toEqual({
      version: 1,
      clientMetadataUrl: 'https://a.example/c',
      providers: [
        { id: 'one', oauth: { clientId: 'id', scopes: ['mail'], publicClientSecret: 'public' } },
        { id: 'two', oauth: { clientId: '' } },
        { id: 'three' },
      ],
    });
  });

  it.each([
    ['a provider that there is not', { clientIds: { four: 'id' } }],
    ['a provider without OAuth', { clientIds: { three: 'id' } }],
    ['a secret without a client ID', { clientSecrets: { one: 'public' } }],
  ])('are refused for %s', (_what, ids) => {
    expect(() => withClientIds(providers(), ids)).toThrow();
  });

  it.each(['{', '[]', '{"clientIds":{"one":7}}', '{"other":1}', '{"clientMetadataUrl":"http://a.example"}'])(
    'are refused as %s, without being quoted',
    (text) => {
      expect(() => readClientIds({ root, env: { LATCHKEY_CLIENT_IDS: text } })).toThrow(
        /^LATCHKEY_CLIENT_IDS/,
      );
    },
  );

  it('make a file that the program reads', () => {
    const builtIn = join(import.meta.dirname, '../../../app/providers.json');
    const plain = loadProviders({ builtIn });
    expect(plain.filter(({ oauth }) => oauth && oauth.clientId !== '')).toEqual([]);
    expect(readClientMetadataUrl(builtIn)).toBeUndefined();

    const ids = {
      clientIds: { google: 'id' },
      clientSecrets: { google: 'public' },
      clientMetadataUrl: 'https://a.example/c',
    };
    const filled = join(root, 'providers.json');
    writeFileSync(filled, JSON.stringify(withClientIds(JSON.parse(readFileSync(builtIn, 'utf8')), ids)));
    const google = loadProviders({ builtIn: filled }).find(({ id }) => id === 'google');
    expect(google?.oauth).toMatchObject({ clientId: 'id', publicClientSecret: 'public' });
    expect(readClientMetadataUrl(filled)).toBe('https://a.example/c');
  });
});
