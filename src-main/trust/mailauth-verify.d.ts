/** The one file of mailauth that is used, as far as it is used; the package types its main file only. */
declare module 'mailauth/lib/dkim/verify.js' {
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
  export function dkimVerify(
    message: Uint8Array,
    options: {
      resolver(name: string, type: string): Promise<string[][]>;
      minBitLength: number;
      curTime: Date;
    },
  ): Promise<{ results: DkimResult[] }>;
}
