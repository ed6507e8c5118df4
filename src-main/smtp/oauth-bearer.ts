import type { SMTPConnectionCustomAuthContext } from 'nodemailer/lib/smtp-connection';

type GetToken = (renew: boolean) => Promise<string>;

/**
 * OAUTHBEARER (RFC 7628), which nodemailer does not know. A refused token is told in a challenge, which is answered
 * with one byte (§3.2.3); then a renewed token is tried once, on the same connection.
 */
export async function authenticateByOauthBearer(
  context: SMTPConnectionCustomAuthContext,
  { user, host, port, getToken }: { user: string; host: string; port: number; getToken: GetToken },
): Promise<void> {
  for (const renew of [false, true]) {
    const message = oauthBearerMessage({ user, host, port, accessToken: await getToken(renew) });
    const first = await context.sendCommand(`AUTH OAUTHBEARER ${message}`);
    if (first.status === 235) return;
    const last = first.status === 334 ? await context.sendCommand('AQ==') : first;
    // Only a refused token is worth another: 454 or 504 will be the same with a new one.
    if (last.status !== 535 || renew) throw new Error('OAUTHBEARER refused');
  }
}

/** RFC 7628 §3.1. In the name, "," and "=" are written as RFC 5801 §4 wants them. */
function oauthBearerMessage({
  user,
  host,
  port,
  accessToken,
}: {
  user: string;
  host: string;
  port: number;
  accessToken: string;
}): string {
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const parts = [`n,a=${name},`, `host=${host}`, `port=${port}`, `auth=Bearer ${accessToken}`, '', ''];
  return Buffer.from(parts.join('\x01')).toString('base64');
}
