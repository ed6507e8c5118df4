import { MailError, nodeErrorCode } from './errors.ts';
import { type LogFacts, redactFacts } from './redact.ts';

export type Log = {
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
};

/** Writes one JSON line an event. Takes facts, never errors or texts of others: an error is named by `errorFacts`. */
export function createLog(write: (line: string) => void, now: () => number = Date.now): Log {
  const put = (level: string, event: string, facts: LogFacts = {}) =>
    write(JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...redactFacts(facts) }));
  return {
    info: (event, facts) => put('info', event, facts),
    warn: (event, facts) => put('warn', event, facts),
  };
}

/** An error as facts for the log: its codes and where it came from, not its words (a server may put anything into them). */
export function errorFacts(error: unknown): LogFacts {
  if (error instanceof MailError) return { error: error.code, because: nodeErrorCode(error.cause) };
  if (error instanceof Error) {
    return {
      error: error.name,
      because: nodeErrorCode(error),
      // A message of several lines (JSON.parse quotes what it was given) stands before the first place.
      where: error.stack?.replace(error.message, '').split('\n').slice(1, 4).join(' '),
    };
  }
  return { error: typeof error };
}
