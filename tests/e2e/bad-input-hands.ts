/** What the tests of bad input do and look at again and again. The texts come from the catalogue that the program uses. */
import { expect, vi } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { t } from '../../src-renderer/i18n/i18n.ts';
import { ERROR_CODES, type ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { Lab } from '../servers/lab.mjs';

type Page = Program['page'];

/** Words that only machines say: names of errors, stacks, replies of servers, our own codes. */
const RAW = [
  /\b[A-Z]\w*Error\b/,
  /\bat .+:\d+:\d+/,
  /\b(E[A-Z]{5,}|ERR_\w+|CERT_\w+|UNABLE_TO_\w+|OAUTH_\w+|DEPTH_ZERO\w*)\b/,
  /\b(access_denied|invalid_\w+|server_error|unauthorized_client)\b/,
  /\bNO \[|AUTHENTICATIONFAILED|AUTHENTICATE|Command failed/,
  /\b[45]\.\d\.\d+\b|\b[45]\d\d[ -]/,
  /\b(undefined|NaN|\[object)\b/,
  /[{}]|\berror\.[a-z]/,
  ...ERROR_CODES.filter((code) => code.includes('-')).map((code) => new RegExp(`\\b${code}\\b`)),
];

/** Nothing of this is in the text that a person sees; `also` are words of a server. */
export function expectNoRawText(text: string, also: readonly RegExp[] = []): void {
  for (const pattern of [...RAW, ...also]) expect(text).not.toMatch(pattern);
}

/** The sentences of this failure stand on the screen, what happened and what to do, and nothing raw beside them. */
export async function expectSentences(page: Page, code: ErrorCode): Promise<void> {
  const note = page.getByRole('alert').filter({ hasText: t(`error.${code}.title`) });
  await note.waitFor();
  expect(await note.innerText()).toContain(t(`error.${code}.next`));
  expectNoRawText(await page.locator('body').innerText());
}

/** The link of the sign-in that waits, as the person takes it to a browser of their choice. */
export async function copiedLink({ app, page }: Program): Promise<string> {
  await app.evaluate(({ clipboard }) => clipboard.clear());
  await page.getByRole('button', { name: t('accounts.wait.copyLink') }).click();
  return vi.waitFor(async () => {
    const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
    expect(copied).toMatch(/^http:/);
    return copied;
  });
}

export function redirectPort(link: string): number {
  return Number(new URL(new URL(link).searchParams.get('redirect_uri') ?? '').port);
}

/** No token that was handed out since then opens anything any more. */
export async function expectNoTokenAlive(lab: Lab, before: number): Promise<void> {
  for (const { kind, value } of lab.authServer.issuedTokens.slice(before)) {
    if (kind === 'IdToken') continue; // it opens nothing
    expect(await lab.authServer.isActive(value), `${kind} still works`).toBe(false);
  }
}

/** Neither a token, nor a password, nor what a sign-in proves itself with. */
export function expectNoSecretIn(log: string, lab: Lab, more: readonly string[] = []): void {
  const tokens = lab.authServer.issuedTokens.map(({ value }) => value);
  for (const secret of [...tokens, ...Object.values(lab.users), ...more]) {
    expect(log.includes(secret), 'a secret is in the log').toBe(false);
  }
}
