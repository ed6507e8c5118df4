import { useMemo, useState } from 'react';
import { useBackend } from '../../backend/backend-context.tsx';
import { type LinkTarget, readLink } from '../../html/link-target.ts';

export type LinkHandlers = {
  /** The pointer or the focus is on a link, or on none. */
  onPoint: (url: string | undefined) => void;
  onOpen: (url: string, words: string) => void;
  /** A page on which a mailing list is left: always asked about first. */
  onLeave: (url: string) => void;
};

type WebTarget = Extract<LinkTarget, { kind: 'web' }>;
/** `leaves`: nothing is wrong with its words, but it tells somebody that the message was read. */
export type DoubtedLink = WebTarget & { leaves: boolean };

/** How links of a message behave: shown while pointed at, asked about when their words lie, then opened by the engine. */
export function useLinks(onCompose: (to: string) => void): {
  handlers: LinkHandlers;
  /** The target to show at the foot. */
  pointed: string | undefined;
  /** A link that says something else than it does; nothing is opened until the person decides. */
  doubted: DoubtedLink | undefined;
  settleDoubt: (isOpened: boolean) => void;
} {
  const backend = useBackend();
  const [pointed, setPointed] = useState<string>();
  const [doubted, setDoubted] = useState<DoubtedLink>();

  const handlers = useMemo<LinkHandlers>(
    () => ({
      onPoint: (url) => {
        const target = url === undefined ? undefined : readLink(url, '');
        setPointed(target === undefined || target.kind === 'none' ? undefined : target.shown);
      },
      onOpen: (url, words) => {
        const target = readLink(url, words);
        if (target.kind === 'mail') onCompose(target.address);
        if (target.kind !== 'web') return;
        if (target.claimedHost !== undefined || target.isDisguised) setDoubted({ ...target, leaves: false });
        else void backend.request('links.open', { url: target.url });
      },
      onLeave: (url) => {
        const target = readLink(url, '');
        if (target.kind === 'web') setDoubted({ ...target, leaves: true });
      },
    }),
    [backend, onCompose],
  );

  const settleDoubt = (isOpened: boolean): void => {
    if (isOpened && doubted) void backend.request('links.open', { url: doubted.url });
    setDoubted(undefined);
  };
  return { handlers, pointed, doubted, settleDoubt };
}
