/**
 * Commands that imapflow has no method for, and its own ones where they can be cheaper. They are registered on the client under a
 * name of their own and run as imapflow's are: IDLE is ended before and begun again after.
 */
import type { ImapFlow } from 'imapflow';
import type { ImapAttribute, ImapResponse } from 'imapflow/lib/handler/types.js';
import { MailError } from '../base/errors.ts';

/** A word of an answer as imapflow's parser gives it: NIL is null, a literal's value is a Buffer. */
export type Token = ImapAttribute;
export type Untagged = ImapResponse;
export type UntaggedHandlers = Record<string, (untagged: Untagged) => Promise<void>>;
/**
 * Sends one command and answers with its tagged line. `text` is what stands behind the command's name, written as it is; it must
 * have no line breaks.
 */
export type Execute = (command: string, text: string, untagged?: UntaggedHandlers) => Promise<Untagged>;

type Answer = { next(): void; response: Untagged };
type Exec = (
  command: string,
  attributes?: unknown,
  options?: { untagged?: UntaggedHandlers; onPlusTag?: (asked: Untagged) => Promise<void> },
) => Promise<Answer>;
export type Handler = (client: RawClient, ...values: unknown[]) => Promise<unknown>;

/** What imapflow's types leave out. */
export type RawClient = {
  commands: Map<string, Handler>;
  folders: Map<string, { path: string }>;
  untaggedHandlers: UntaggedHandlers;
  sectionHandlers: Record<string, () => Promise<void>>;
  exec: Exec;
  throttleWait(delay: number): Promise<boolean>;
  write(line: string): void;
  /** False before there is one. */
  socket: unknown;
  run(command: string, ...values: unknown[]): Promise<unknown>;
};

const PARTS = [
  'run',
  'exec',
  'commands',
  'folders',
  'untaggedHandlers',
  'sectionHandlers',
  'throttleWait',
  'write',
];
const OWN = 'LATCHKEY';

function isRaw(client: object): client is RawClient {
  return PARTS.every((name) => name in client);
}

export function rawOf(client: ImapFlow): RawClient {
  const it: object = client;
  if (!isRaw(it)) throw new MailError('internal');
  return it;
}

/** What is noted of a client's commands. `refusal` is the error of the last one that failed: imapflow answers `false` for some. */
export type Notes = { commands: number; refusal: unknown };

/**
 * Gives the client its own table of commands (imapflow has one for all clients): ours is in it, NAMESPACE is asked for by who needs
 * it, ID is sent once. Each would cost every connection a round trip. Call it before `connect`.
 */
export function ownCommands(client: ImapFlow): { notes: Notes; askNamespace(): Promise<unknown> } {
  const raw = rawOf(client);
  const notes: Notes = { commands: 0, refusal: undefined };
  const exec = raw.exec.bind(raw);
  raw.exec = (...values) => {
    notes.commands += 1;
    const answer = exec(...values);
    answer.catch((error: unknown) => {
      notes.refusal = error;
    });
    return answer;
  };
  // imapflow would sit out the time that a throttling server names before it says so; who called may have better to do.
  raw.throttleWait = async () => false;
  const namespace = raw.commands.get('NAMESPACE');
  const id = raw.commands.get('ID');
  let isIdSent = false;
  raw.commands = new Map([
    ...raw.commands,
    ['NAMESPACE', async () => undefined],
    [
      'ID',
      async (connection, ...values) => {
        if (isIdSent || !client.capabilities.has('ID')) return undefined;
        isIdSent = true;
        return id?.(connection, ...values);
      },
    ],
    [OWN, runTask],
  ]);
  const askNamespace = () => runOwn(raw, () => namespace?.(raw));
  return { notes, askNamespace };
}

async function runTask(_client: RawClient, task: unknown): Promise<unknown> {
  if (typeof task !== 'function') throw new MailError('internal');
  return task();
}

function runOwn<T>(raw: RawClient, task: () => Promise<T> | undefined): Promise<T> {
  return raw.run(OWN, task) as Promise<T>;
}

/** Runs a task that sends commands. Throws imapflow's errors. */
export function runRaw<T>(client: ImapFlow, task: (execute: Execute) => Promise<T>): Promise<T> {
  const raw = rawOf(client);
  return runOwn(raw, () =>
    task(async (command, text, untagged = {}) => {
      const words = text === '' ? false : [{ type: 'TEXT', value: text }];
      const answer = await raw.exec(command, words, { untagged });
      answer.next(); // imapflow reads on only then
      return answer.response;
    }),
  );
}

/** One command whose words are given as imapflow's compiler takes them: literals too. Answers with its tagged line; throws imapflow's errors. */
export function runAttributes(
  client: ImapFlow,
  command: string,
  attributes: unknown[],
  untagged: UntaggedHandlers,
): Promise<Untagged> {
  const raw = rawOf(client);
  return runOwn(raw, async () => {
    const answer = await raw.exec(command, attributes, { untagged });
    answer.next();
    return answer.response;
  });
}

/** Whether the server said NO or BAD; else it is the connection that failed. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'responseStatus' in error;
}

/** The text of an atom, string or literal; undefined for NIL and lists. */
export function textOf(token: Token | undefined): string | undefined {
  const value = token?.value;
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

/** The bytes of a string or literal. A quoted string was decoded as UTF-8: encoding it gives the server's bytes back. */
export function bytesOf(token: Token | undefined): Buffer | undefined {
  const value = token?.value;
  if (Buffer.isBuffer(value)) return value;
  return typeof value === 'string' ? Buffer.from(value) : undefined;
}

export function listOf(token: Token | undefined): readonly Token[] {
  return Array.isArray(token) ? token : [];
}

export function textsOf(token: Token | undefined): string[] {
  return listOf(token).flatMap((one) => textOf(one) ?? []);
}

/** The words of a response code (RFC 9051 §7.1): `[MESSAGELIMIT 1000 23221]` is three. */
export function responseCodeOf({ attributes }: Untagged): string[] {
  const first = attributes?.[0];
  return textsOf(first?.section ?? []);
}

/** A quoted string (RFC 9051 §4.3). The text must have no line breaks and no NUL. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
