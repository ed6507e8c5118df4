/**
 * SCRAM on SMTP (RFC 5802, RFC 4954 §4), which nodemailer does not have. As on IMAP: a server that offers SCRAM gets no password, and
 * one that is known to have offered it gets none ever.
 */
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionCustomAuthContext } from 'nodemailer/lib/smtp-connection';
import { MailError } from '../base/errors.ts';
import type { ScramMemory } from '../sasl/authentication.ts';
import {
  channelBindingOf,
  chooseScram,
  createScram,
  isBindingUnknown,
  SCRAM_NAMES,
  type ScramName,
  type ScramStart,
} from '../sasl/scram.ts';

export type ScramLogins = {
  /** What nodemailer is given as `customAuth`. */
  customAuth: Record<string, (context: SMTPConnectionCustomAuthContext) => Promise<void>>;
  /**
   * The mechanism for `login`; undefined where the server offers none. Throws server-unproven when this server used to offer it.
   * Call it when TLS is there and the server has said what it can do.
   */
  choose(
    raw: SMTPConnection,
    start: Omit<ScramStart, 'binding'>,
    memory: ScramMemory | undefined,
  ): ScramName | undefined;
  /** Why it failed, where that is not what the server said: nodemailer writes a code of its own over the error that it is given. */
  failure(): MailError | undefined;
};

export function createScramLogins(): ScramLogins {
  let chosen: { mechanism: ScramName; start: ScramStart } | undefined;
  let failed: MailError | undefined;

  async function logIn(context: SMTPConnectionCustomAuthContext): Promise<void> {
    if (!chosen) throw new MailError('internal');
    const { mechanism, start } = chosen;
    try {
      const outcome = await exchange(context, mechanism, start);
      if (outcome === 'done') return;
      const unbound = { ...start, binding: undefined };
      const second = chooseScram(unbound);
      if (!second) throw new MailError('smtp-not-allowed', { detail: { host: start.host } });
      await exchange(context, second, unbound);
    } catch (error) {
      if (error instanceof MailError) failed = error;
      throw new Error('SCRAM refused');
    }
  }

  return {
    customAuth: Object.fromEntries(SCRAM_NAMES.map((name) => [name, logIn])),
    choose(raw, offer, memory) {
      const start = { ...offer, binding: channelBindingOf(raw._socket) };
      const mechanism = chooseScram(start);
      if (mechanism) {
        memory?.note(start.host);
        chosen = { mechanism, start };
      } else if (memory?.isKnown(start.host)) {
        throw new MailError('server-unproven', { detail: { host: start.host, problem: 'mechanism' } });
      }
      return mechanism;
    },
    failure: () => failed,
  };
}

/** Throws MailError, or an error without words when it is the server's reply that counts. */
async function exchange(
  context: SMTPConnectionCustomAuthContext,
  mechanism: ScramName,
  start: ScramStart,
): Promise<'done' | 'binding-unknown'> {
  const scram = createScram(mechanism, start);
  let reply = await context.sendCommand(`AUTH ${mechanism} ${scram.first}`);
  while (reply.status === 334) {
    let answer: string;
    try {
      answer = await scram.next(reply.text);
    } catch (error) {
      await context.sendCommand('*'); // RFC 4954 §4: the server ends the exchange then
      if (isBindingUnknown(scram, error)) return 'binding-unknown';
      throw error;
    }
    reply = await context.sendCommand(answer);
  }
  if (reply.status === 235) {
    // A server that lets in whoever comes: it has not shown that it knows the password.
    if (scram.isProved()) return 'done';
    throw new MailError('server-unproven', { detail: { host: start.host, problem: 'signature' } });
  }
  if (reply.status >= 500 && isBindingUnknown(scram, reply.response)) return 'binding-unknown';
  throw new Error('refused');
}
