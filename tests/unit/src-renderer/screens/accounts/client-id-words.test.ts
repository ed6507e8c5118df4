import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadProviders, providerViewOf } from '../../../../../src-main/autoconfig/providers.ts';
import {
  clientIdSteps,
  wantsRedirectUri,
} from '../../../../../src-renderer/screens/accounts/client-id-words.ts';

const builtIn = fileURLToPath(new URL('../../../../../app/providers.json', import.meta.url));
const VIEWS = loadProviders({ builtIn }).map(providerViewOf);
const NEEDY = VIEWS.filter(({ needsClientId }) => needsClientId);
const GENERAL = clientIdSteps({ ...(VIEWS[0] as (typeof VIEWS)[number]), providerId: 'nobody' }).length;

describe('the way to a client ID of one’s own', () => {
  it.each(NEEDY.map((view) => [view.providerId, view] as const))('is written down for %s', (_id, view) => {
    const steps = clientIdSteps(view);
    expect(steps.length).toBeGreaterThan(GENERAL);
    expect(steps.join(' ')).not.toMatch(/[{}]/);
    expect(steps.join(' ').includes('secret into this form')).toBe(
      view.clientSecret === 'required' || view.providerId === 'yandex',
    );
  });

  it('names the redirect URI wherever one has to be entered', () => {
    for (const view of NEEDY) {
      const isNamed = clientIdSteps(view).join(' ').includes('redirect URI');
      expect(isNamed, view.providerId).toBe(wantsRedirectUri(view));
    }
    expect(VIEWS.find(({ providerId }) => providerId === 'microsoft-work')?.redirectUri).toBe(
      'http://localhost',
    );
    expect(VIEWS.find(({ providerId }) => providerId === 'fastmail')?.redirectUri).toBe('http://127.0.0.1/');
  });
});
