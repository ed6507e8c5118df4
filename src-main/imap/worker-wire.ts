/**
 * What goes between the engine's thread and the thread that reads connections. Values are cloned; functions stay where they are and
 * are called by number, errors cross as the fields of a MailError. Secrets go in messages only, when they are asked for: never in
 * what a thread is started with.
 */
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { type ErrorDetail, MailError, toMailError } from '../base/errors.ts';
import type { LogFacts } from '../base/redact.ts';
import type { ImapCapabilities, ImapConnection, MailboxNews } from './imap-connection.ts';

/** The methods that are questions: everything that answers with a promise. */
export type CallName = {
  [K in keyof ImapConnection]: ImapConnection[K] extends (...values: never[]) => Promise<unknown> ? K : never;
}[keyof ImapConnection];

export type CrossedError = Pick<MailError, 'code' | 'retry'> & { detail: ErrorDetail | undefined };
export type Outcome = { value: unknown } | { error: CrossedError };

/** A function in what is sent: an `ask` calls it, on the side where it is. */
type FunctionMark = { latchkeyFunction: number };

export type ToWorker =
  | {
      kind: 'open';
      id: number;
      settings: ServerSettings;
      /** `knowsScram`: this server has offered SCRAM before. */
      login: { kind: 'oauth' | 'password'; user: string; knowsScram: boolean };
      compress: boolean;
    }
  | { kind: 'call'; id: number; call: number; name: CallName; values: unknown[] }
  /** The outcome of an `ask`. */
  | { kind: 'answer'; ask: number; outcome: Outcome }
  | { kind: 'idle' | 'close'; id: number };

/** What the thread wants to know: a secret for a login, or what a function given to a call answers. */
export type Question =
  | { kind: 'token' | 'password'; id: number }
  | { kind: 'function'; number: number; values: unknown[] };

export type FromWorker =
  | { kind: 'opened'; id: number; host: string; capabilities: ImapCapabilities }
  | { kind: 'refused'; id: number; error: CrossedError }
  | { kind: 'result'; id: number; call: number; outcome: Outcome; openPath: string | undefined }
  | { kind: 'ask'; ask: number; question: Question }
  | { kind: 'invalidate'; id: number; accessToken: string }
  | { kind: 'scram'; id: number }
  | { kind: 'news'; id: number }
  | { kind: 'mailboxNews'; id: number; news: MailboxNews }
  | { kind: 'closed'; id: number }
  | { kind: 'log'; id: number; level: 'info' | 'warn'; event: string; facts: LogFacts };

export function crossError(error: unknown): CrossedError {
  const { code, retry, detail } = toMailError(error);
  return { code, retry, detail };
}

export function crossedError({ code, retry, detail }: CrossedError): MailError {
  return new MailError(code, { retry, ...(detail && { detail }) });
}

export async function outcomeOf(task: () => unknown): Promise<Outcome> {
  try {
    return { value: await task() };
  } catch (error) {
    return { error: crossError(error) };
  }
}

export function resultOf(outcome: Outcome): unknown {
  if ('error' in outcome) throw crossedError(outcome.error);
  return outcome.value;
}

type AnyFunction = (...values: unknown[]) => unknown;

/** Puts a mark where a function stands, among the values or in an object among them. */
export function markFunctions(values: readonly unknown[], keep: (called: AnyFunction) => number): unknown[] {
  return values.map((value) => mapFunctions(value, (called) => ({ latchkeyFunction: keep(called) })));
}

function mapFunctions(value: unknown, mark: (called: AnyFunction) => FunctionMark): unknown {
  if (typeof value === 'function') return mark((...values) => value(...values));
  if (!isPlain(value) || !Object.values(value).some((one) => typeof one === 'function')) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapFunctions(one, mark)]));
}

/** The other way: a function stands where a mark stood. */
export function fillFunctions(
  values: readonly unknown[],
  call: (number: number, values: unknown[]) => Promise<unknown>,
): unknown[] {
  const fill = (value: unknown): unknown => {
    if (isMark(value)) return (...given: unknown[]) => call(value.latchkeyFunction, given);
    if (!isPlain(value) || !Object.values(value).some(isMark)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one)]));
  };
  return values.map(fill);
}

const isMark = (value: unknown): value is FunctionMark => isPlain(value) && 'latchkeyFunction' in value;

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
