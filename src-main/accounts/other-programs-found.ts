import type { Security } from '../../src-shared/model/server-settings.ts';

/** What stands in the file of another program, before anything of it is believed. */
export type FoundServer = {
  host: string | undefined;
  port: number | undefined;
  security: Security | undefined;
  userName: string | undefined;
  isOauth: boolean;
};
export type FoundAccount = {
  address: string;
  displayName: string | undefined;
  imap: FoundServer;
  smtp: FoundServer;
};
