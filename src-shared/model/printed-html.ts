import { z } from 'zod';

/** A document for paper, pictures within. As long as a string may be that the program passes on: what is longer is refused. */
export const printedHtml = z.string().max(64_000_000);
