import { z } from 'zod';
import { errorCode, retry } from './error-codes.ts';

/** A request that could not be done. `detail` is safe to show and to copy: it never holds a secret or a server's own words. */
export const fail = z.object({
  ok: z.literal(false),
  code: errorCode,
  detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  retry,
});
export type Fail = z.infer<typeof fail>;

export type Ok<T> = { ok: true; value: T };
export type Result<T> = Ok<T> | Fail;
