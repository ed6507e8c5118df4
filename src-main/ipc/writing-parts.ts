import type { Store } from '../store/store.ts';
import type { Sync } from '../sync/sync.ts';
import type { WritingParts } from '../writing/writing-parts.ts';

/** `More`: what else of the rooms somebody uses. */
export type WritingContext<More = unknown> = {
  texts: WritingParts['texts'];
  rooms(): { store: Store; sync: Pick<Sync, 'fetchBody' | 'fetchSource' | 'attachmentContent'> } & More;
};

/** What drafts are made of: the store, and sync's ways to a message that may not be here. Throws as `rooms` does. */
export function writingParts({ rooms, texts }: WritingContext): WritingParts {
  const { store, sync } = rooms();
  const { fetchBody, fetchSource, attachmentContent } = sync;
  return { store, texts, fetchBody, fetchSource, attachmentContent };
}
