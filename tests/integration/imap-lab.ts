/** What the tests of IMAP and of sync share. */
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';

export const passwordOf = (user: string, password: string): Authentication => ({
  kind: 'password',
  user,
  password: async () => password,
});

export const localhost = (port: number, security: ServerSettings['security'] = 'tls'): ServerSettings => ({
  host: 'localhost',
  port,
  security,
});

/** A plain message as a delivery agent would store it. */
export function rawMessage(fields: {
  id: string;
  subject: string;
  date?: Date;
  text?: string;
  headers?: string;
}): string {
  const { id, subject, date = new Date(), text = `Text of ${subject}.`, headers = '' } = fields;
  return `Message-ID: <${id}>\r\nDate: ${date.toUTCString()}\r\nFrom: Ada Example <ada@lab.test>\r\nTo: maya@lab.test\r\nSubject: ${subject}\r\n${headers}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`;
}
