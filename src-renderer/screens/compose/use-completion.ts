import { useEffect, useRef, useState } from 'react';
import type { Completion } from '../../../src-shared/model/contact.ts';
import { useBackend } from '../../backend/backend-context.tsx';

const MOST = 6;

/** Whom the person may mean by what is typed. Asked at every key; an answer that is overtaken by another key is dropped. */
export function useCompletion(typing: string, isFocused: boolean): readonly Completion[] {
  const backend = useBackend();
  const [found, setFound] = useState<readonly Completion[]>([]);
  const turn = useRef(0);
  const text = isFocused ? typing.trim() : '';
  useEffect(() => {
    turn.current += 1;
    const mine = turn.current;
    if (text === '' || text.length > 200) {
      setFound([]);
      return;
    }
    void backend.request('contacts.complete', { text, limit: MOST }).then((result) => {
      if (mine === turn.current) setFound(result.ok ? result.value : []);
    });
  }, [backend, text]);
  return found;
}
