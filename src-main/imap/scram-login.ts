/**
 * SCRAM on IMAP (RFC 5802, RFC 9051 §6.2.2), which imapflow does not have: its AUTHENTICATE and LOGIN are replaced in the client's own
 * table of commands. A server that offers SCRAM gets no password, now or later; another gets it as before, unless it is known to have
 * offered SCRAM.
 */
import type { ImapFlow } from 'imapflow';
import { MailError } from '../base/errors.ts';
import type { ScramMemory } from '../sasl/authentication.ts';
import {
  channelBindingOf,
  chooseScram,
  createScram,
  isBindingUnknown,
  type ScramName,
  type ScramStart,
} from '../sasl/scram.ts';
import { type Handler, isRefusal, type RawClient, rawOf, textOf } from './raw-command.ts';

/** Call it after `ownCommands` and before `connect`. `memory`: without one nothing is remembered. */
export function preferScram(
  client: ImapFlow,
  {
    user,
    password,
    host,
    memory,
  }: Omit<ScramStart, 'offered' | 'binding'> & { memory: ScramMemory | undefined },
): void {
  const raw = rawOf(client);

  async function logIn(otherwise: Handler | undefined, values: unknown[]): Promise<unknown> {
    const offered = mechanismsOf(client);
    const start = { offered, user, password, host, binding: channelBindingOf(raw.socket) };
    const mechanism = chooseScram(start);
    if (!mechanism) {
      if (memory?.isKnown(host))
        throw new MailError('server-unproven', { detail: { host, problem: 'mechanism' } });
      return otherwise?.(raw, ...values);
    }
    memory?.note(host);
    const outcome = await exchange(raw, client.capabilities.has('SASL-IR'), mechanism, start);
    const unbound = { ...start, binding: undefined };
    const second = outcome === 'binding-unknown' ? chooseScram(unbound) : undefined;
    if (second) await exchange(raw, client.capabilities.has('SASL-IR'), second, unbound);
    else if (outcome === 'binding-unknown') throw new MailError('imap-not-allowed', { detail: { host } });
    return user;
  }

  const { commands } = raw;
  for (const name of ['AUTHENTICATE', 'LOGIN']) {
    const otherwise = commands.get(name);
    commands.set(name, (_client, ...values) => logIn(otherwise, values));
  }
}

function mechanismsOf({ capabilities }: ImapFlow): Set<string> {
  const names = [...capabilities.keys()].filter((name) => name.toUpperCase().startsWith('AUTH='));
  return new Set(names.map((name) => name.slice('AUTH='.length).toUpperCase()));
}

/** Throws MailError, or imapflow's refusal. `binding-unknown`: the server knows no such binding, and the password was not looked at. */
async function exchange(
  raw: RawClient,
  hasInitialAnswer: boolean,
  mechanism: ScramName,
  start: ScramStart,
): Promise<'done' | 'binding-unknown'> {
  const scram = createScram(mechanism, start);
  let failure: unknown;
  // RFC 4959 §3: without SASL-IR the first message is the answer to an empty challenge.
  let isFirstOwed = !hasInitialAnswer;
  const words = [
    { type: 'ATOM', value: mechanism },
    ...(hasInitialAnswer ? [{ type: 'ATOM', value: scram.first, sensitive: true }] : []),
  ];
  try {
    const answer = await raw.exec('AUTHENTICATE', words, {
      onPlusTag: async ({ attributes }) => {
        const challenge = textOf(attributes?.[0]) ?? '';
        try {
          const reply = isFirstOwed ? scram.first : await scram.next(challenge);
          isFirstOwed = false;
          raw.write(reply);
        } catch (error) {
          failure ??= error;
          raw.write('*'); // RFC 9051 §6.2.2: the server ends the command then
        }
      },
    });
    answer.next();
  } catch (error) {
    if (isBindingUnknown(scram, failure ?? wordsOf(error))) return 'binding-unknown';
    if (failure !== undefined) throw failure;
    if (error instanceof Error && isRefusal(error)) Object.assign(error, { authenticationFailed: true });
    throw error;
  }
  // A server that lets in whoever comes: it has not shown that it knows the password.
  if (failure !== undefined || !scram.isProved()) {
    throw failure ?? new MailError('server-unproven', { detail: { host: start.host, problem: 'signature' } });
  }
  return 'done';
}

/** Of a NO or BAD; undefined when it is the connection that failed. */
function wordsOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !isRefusal(error)) return undefined;
  return 'responseText' in error && typeof error.responseText === 'string' ? error.responseText : '';
}
