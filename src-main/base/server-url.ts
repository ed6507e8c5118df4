import { isIP } from 'node:net';

/**
 * Whether an address of an authorization server may be used: https, or, when a developer's file says so, http to a loopback
 * address literal (a name could be made to point elsewhere).
 */
export function isAllowedServerUrl(text: string, allowsLoopbackHttp: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return (
    url.protocol === 'https:' || (allowsLoopbackHttp && url.protocol === 'http:' && isLoopback(url.hostname))
  );
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
