/** Calls back after every single write to a database of this process: there a kill could come. */
import Libsql from 'libsql';
import { afterEach, beforeEach } from 'vitest';

type Prototype = { exec(sql: string): unknown; prepare(sql: string): { run(...values: unknown[]): unknown } };
const prototype = Libsql.prototype as unknown as Prototype & { inTransaction: boolean };

/** For all tests of a file. What is called back may throw: the write before it has been done. */
export function afterEachWrite(): { call: (() => void) | undefined } {
  const hook: { call: (() => void) | undefined } = { call: undefined };
  const { exec, prepare } = prototype;
  beforeEach(() => {
    prototype.exec = function (this: Prototype, sql) {
      const result = exec.call(this, sql);
      if (sql === 'COMMIT') hook.call?.();
      return result;
    };
    prototype.prepare = function (this: Prototype & { inTransaction: boolean }, sql) {
      const statement = prepare.call(this, sql);
      const run = statement.run.bind(statement);
      statement.run = (...values) => {
        const result = run(...values);
        if (!this.inTransaction) hook.call?.();
        return result;
      };
      return statement;
    };
  });
  afterEach(() => {
    hook.call = undefined;
    Object.assign(prototype, { exec, prepare });
  });
  return hook;
}
