import type { WritingParts } from '../writing/writing-parts.ts';
import type { EngineContext } from './context.ts';

/** What drafts are made of: the store, and sync's ways to a message that may not be here. Throws as `rooms` does. */
export function writingParts({ rooms, texts }: Pick<EngineContext, 'rooms' | 'texts'>): WritingParts {
  const { store, sync } = rooms();
  const { fetchBody, fetchSource, attachmentContent } = sync;
  return { store, texts, fetchBody, fetchSource, attachmentContent };
}
