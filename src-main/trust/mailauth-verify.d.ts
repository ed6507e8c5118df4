/** The one file of mailauth that is used, as far as it is used; the package types its main file only. */
declare module 'mailauth/lib/dkim/dkim-verifier.js' {
  import type { Writable } from 'node:stream';

  export type DkimResult = {
    /** Absent when the message is not signed. */
    signingDomain?: string;
    status: { result: string; comment?: string };
    /** The names of the fields that it covers, `: ` between. */
    signingHeaders?: { keys: string };
    signatureTimeValid?: boolean;
    /** The record with the key. */
    rr?: string;
  };
  export type DkimOptions = {
    resolver(name: string, type: string): Promise<string[][]>;
    minBitLength: number;
    curTime: Date;
  };
  /** The message is written into it. */
  export class DkimVerifier extends Writable {
    constructor(options: DkimOptions);
    /** Whole once the message is. */
    readonly results: DkimResult[];
    /** As they are read out of the head; `algorithm` is the name by which Node's `verify` is called for RSA. */
    protected readonly signatureHeaders: { algorithm: string }[];
    protected messageHeaders(headers: object): Promise<void>;
  }
}
