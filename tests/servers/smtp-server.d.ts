// The part of smtp-server 3 that the lab uses; the package brings no types.
declare module 'smtp-server' {
  import type { Server } from 'node:net';
  import type { Readable } from 'node:stream';

  export type Refusal = Error & { responseCode?: number };
  export type Session = {
    secure: boolean;
    user?: string;
    envelope: { mailFrom: { address: string } | false; rcptTo: { address: string }[] };
  };
  export type Authentication = { method: string; username: string; password?: string; accessToken?: string };
  type Done = (error?: Refusal | null) => void;

  export class SMTPServer {
    constructor(options: {
      secure: boolean;
      key?: string;
      cert?: string;
      size?: number;
      banner?: string;
      disableReverseLookup?: boolean;
      hideENHANCEDSTATUSCODES?: boolean;
      authOptional?: boolean;
      authMethods?: string[];
      allowInsecureAuth?: boolean;
      disabledCommands?: string[];
      logger?: boolean;
      onAuth?(
        auth: Authentication,
        session: Session,
        done: (error: Refusal | null, response?: { user?: string; data?: object }) => void,
      ): void;
      onMailFrom?(address: { address: string }, session: Session, done: Done): void;
      onRcptTo?(address: { address: string }, session: Session, done: Done): void;
      onData?(
        stream: Readable & { sizeExceeded?: boolean },
        session: Session,
        done: (error: Refusal | null, message?: string) => void,
      ): void;
    });
    readonly server: Server;
    listen(port: number, host: string, listening: () => void): void;
    on(event: 'error', listener: (error: Error) => void): this;
    close(closed: () => void): void;
  }
}
