/**
 * The client IDs of a build. They are in no source: `build/client-ids.json` (which git leaves alone) has them, or the variable
 * LATCHKEY_CLIENT_IDS with the same JSON. Without either, people bring their own.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';
import { PlainError } from './run.mjs';

/**
 * By the id of a provider. `clientSecrets`: only what a provider issues to desktop programs, which is no secret (RFC 8252 §8.5).
 * @typedef {{ clientMetadataUrl?: string, clientIds?: Record<string, string>, clientSecrets?: Record<string, string> }} ClientIds
 */
/** @typedef {{ id: string, oauth?: Record<string, unknown> }} ProviderEntry */

/**
 * @param {{ root?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {ClientIds}
 * @throws {PlainError} when they are not JSON of this form; the text itself is not quoted
 */
export function readClientIds({ root = projectRoot, env = process.env } = {}) {
  const file = join(root, 'build', 'client-ids.json');
  const variable = env.LATCHKEY_CLIENT_IDS;
  if (variable !== undefined && variable !== '') return parse(variable, 'LATCHKEY_CLIENT_IDS');
  return existsSync(file) ? parse(readFileSync(file, 'utf8'), 'build/client-ids.json') : {};
}

/**
 * The provider file with these client IDs in it.
 * @template {{ providers: ProviderEntry[] }} T
 * @param {T} providers
 * @param {ClientIds} ids
 * @returns {T}
 * @throws {PlainError} for a provider that there is not, or that has no OAuth
 */
export function withClientIds(providers, { clientMetadataUrl, clientIds = {}, clientSecrets = {} }) {
  for (const id of [...Object.keys(clientIds), ...Object.keys(clientSecrets)]) {
    if (!providers.providers.some((one) => one.id === id && one.oauth))
      throw new PlainError(`There is no provider “${id}” that takes a client ID.`);
  }
  for (const id of Object.keys(clientSecrets)) {
    if (!clientIds[id]) throw new PlainError(`There is a client secret for “${id}”, but no client ID.`);
  }
  return {
    ...providers,
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    providers: providers.providers.map((one) => {
      const clientId = clientIds[one.id];
      if (clientId === undefined) return one;
      const secret = clientSecrets[one.id];
      return {
        ...one,
        oauth: { ...one.oauth, clientId, ...(secret !== undefined && { publicClientSecret: secret }) },
      };
    }),
  };
}

/**
 * @param {string} text
 * @param {string} where
 * @returns {ClientIds}
 */
function parse(text, where) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PlainError(`${where} is not JSON.`);
  }
  if (!isRecord(value)) throw new PlainError(`${where} has to hold an object.`);
  const { clientMetadataUrl, clientIds, clientSecrets, ...rest } = value;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new PlainError(`${where} knows no “${unknown}”.`);
  if (clientMetadataUrl !== undefined && !String(clientMetadataUrl).startsWith('https://'))
    throw new PlainError(`${where}: clientMetadataUrl has to be an https address.`);
  for (const [name, map] of Object.entries({ clientIds, clientSecrets })) {
    const isRight =
      map === undefined ||
      (isRecord(map) && Object.values(map).every((one) => typeof one === 'string' && one !== ''));
    if (!isRight) throw new PlainError(`${where}: ${name} has to map ids of providers to texts.`);
  }
  return value;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
