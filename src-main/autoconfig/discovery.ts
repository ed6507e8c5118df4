/**
 * Who runs the mail of an address. A provider file on this computer comes first, and then nobody is asked. Otherwise every source
 * is asked at once, each with its own time limit: where the domain's mail goes (MX), what the domain publishes (PACC, Mail
 * Autoconfig, SRV), Mozilla's list when the person said so, and servers under usual names. As soon as a source has found something
 * and every better one has answered, that is the result: nobody waits for the rest.
 *
 * Nothing here signs in, and nothing that is found counts before the person has confirmed its hosts.
 */
import type { DiscoverySource, DiscoveryTry } from '../../src-shared/model/discovery.ts';
import { discoverySource } from '../../src-shared/model/discovery.ts';
import { domainOf } from '../../src-shared/text/address.ts';
import { LIMITS } from '../base/limits.ts';
import { withinTime } from '../base/time-limit.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { type Answer, askPlace, type Found, type Question } from './found.ts';
import { askUsualNames } from './guess.ts';
import { askIspdb, ISPDB_HOST } from './ispdb.ts';
import { askAutoconfig, autoconfigPlaces } from './mail-autoconfig.ts';
import { askMx, presetFound } from './mx.ts';
import type { Network } from './network.ts';
import { askPacc, paccHost } from './pacc.ts';
import type { Provider } from './provider-file.ts';
import { findProvider } from './providers.ts';
import { publishedHost } from './published.ts';
import { askSrv } from './srv.ts';

export type Discovery = { domain: string; found: Found[]; tries: DiscoveryTry[] };

type Source = {
  source: DiscoverySource;
  host: string;
  ask(question: Question): Promise<Found | undefined>;
};

/**
 * Settings for an address (which has to be one), best first. Resolves within `LIMITS.discoverySource` whatever the network does;
 * throws the signal's reason only.
 */
export async function findSettings(
  { address, askIspdb: withIspdb }: { address: string; askIspdb: boolean },
  options: { providers: readonly Provider[]; network: Network; signal: AbortSignal },
): Promise<Discovery> {
  const { providers, network, signal } = options;
  const preset = findProvider(providers, address);
  if (preset) {
    const found = presetFound('preset', preset.name, preset, address);
    return {
      domain: domainOf(address),
      found: [found],
      tries: [{ source: 'preset', host: '', outcome: 'found' }],
    };
  }
  const domain = publishedHost(domainOf(address));
  const nothing: DiscoveryTry = { source: 'preset', host: '', outcome: 'nothing' };
  // An address in this computer's own network: nobody outside could know, and nobody outside is told of it.
  if (domain === undefined) return { domain: domainOf(address), found: [], tries: [nothing] };

  const sources = sourcesFor({ address, domain }, withIspdb);
  const answers = await race(sources, { address, domain, providers, network, signal });
  const tries = answers.map(({ source, host, outcome }): DiscoveryTry => ({ source, host, outcome }));
  const found = answers.flatMap((answer) => (answer.found ? [withProvider(answer.found, providers)] : []));
  return { domain, found: withoutRepeats(found), tries: [nothing, ...tries] };
}

function sourcesFor(asked: { address: string; domain: string }, withIspdb: boolean): Source[] {
  const { domain } = asked;
  const sources: Source[] = [
    { source: 'mx', host: domain, ask: askMx },
    { source: 'pacc', host: paccHost(domain), ask: askPacc },
    ...autoconfigPlaces(asked).map(
      (url): Source => ({
        source: 'autoconfig',
        host: new URL(url).host,
        ask: (question) => askAutoconfig(url, 'autoconfig', question),
      }),
    ),
    { source: 'srv', host: domain, ask: askSrv },
    { source: 'guess', host: domain, ask: askUsualNames },
  ];
  if (withIspdb) sources.push({ source: 'ispdb', host: ISPDB_HOST, ask: askIspdb });
  const rank = ({ source }: Source) => discoverySource.options.indexOf(source);
  return sources.toSorted((a, b) => rank(a) - rank(b));
}

type Answered = Source & Answer;

/** Asks all at once; resolves with the answers that were there when nothing better could come any more, in the order of their worth. */
async function race(sources: Source[], question: Question): Promise<Answered[]> {
  const stop = new AbortController();
  const answers = new Map<Source, Answered>();
  /** A source has found something, and no better one is still being asked. */
  const isDecided = (): boolean => {
    for (const source of sources) {
      const answer = answers.get(source);
      if (!answer) return false;
      if (answer.found) return true;
    }
    return true;
  };
  await new Promise<void>((resolve, reject) => {
    const giveUp = () => reject(question.signal.reason);
    if (question.signal.aborted) giveUp();
    question.signal.addEventListener('abort', giveUp, { once: true, signal: stop.signal });
    const either = AbortSignal.any([question.signal, stop.signal]);
    for (const source of sources) {
      const ask = () =>
        withinTime(either, LIMITS.discoverySource, (signal) =>
          untilAborted(source.ask({ ...question, signal }), signal),
        );
      void askPlace(source.host, ask).then((answer) => {
        if (stop.signal.aborted) return;
        answers.set(source, { ...source, ...answer });
        if (isDecided()) resolve();
      });
    }
  }).finally(() => stop.abort());
  return sources.flatMap((source) => answers.get(source) ?? []);
}

/** Servers that a provider of this computer runs: then all that is known of it holds. */
function withProvider(found: Found, providers: readonly Provider[]): Found {
  if (found.provider) return found;
  const { imap, smtp } = found;
  const provider = providers.find(
    (one) => one.imap.host === imap.host && one.imap.port === imap.port && one.smtp.host === smtp.host,
  );
  return provider ? { ...found, provider, name: provider.name } : found;
}

/** The same servers from a worse source say nothing new. */
function withoutRepeats(found: Found[]): Found[] {
  const keyOf = ({ imap, smtp }: Found) => JSON.stringify([imap, smtp]);
  return found.filter((one, index) => found.findIndex((other) => keyOf(other) === keyOf(one)) === index);
}
