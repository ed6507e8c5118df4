import type { Found, Question } from './found.ts';
import { askAutoconfig } from './mail-autoconfig.ts';
import { firstExchanger } from './mx.ts';

/** Mozilla's list of providers: a third party, asked only when the person says so. */
export const ISPDB_HOST = 'autoconfig.thunderbird.net';

const MOST_NAMES = 4;

/** Asks for the domain, then for the domains above its mail exchanger. The address itself is never told. */
export async function askIspdb(question: Question): Promise<Found | undefined> {
  const direct = await askFor(question.domain, question);
  if (direct) return direct;
  const exchanger = await firstExchanger(question);
  for (const domain of exchanger === undefined ? [] : domainsAbove(exchanger)) {
    const found = await askFor(domain, question);
    if (found) return found;
  }
  return undefined;
}

function askFor(domain: string, question: Question): Promise<Found | undefined> {
  return askAutoconfig(`https://${ISPDB_HOST}/v1.1/${domain}`, 'ispdb', question);
}

/** `mx1.mail.example.org`: `mail.example.org`, `example.org`. */
function domainsAbove(host: string): string[] {
  const labels = host.split('.');
  const above = labels.slice(1, -1).map((_, index) => labels.slice(index + 1).join('.'));
  return above.slice(-MOST_NAMES);
}
