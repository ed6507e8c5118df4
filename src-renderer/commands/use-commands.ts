import { useEffect, useRef } from 'react';
import { useEvent } from '../backend/backend-context.tsx';
import { type CommandId, isCommandId } from './command-table.ts';
import { createKeyReader, type KeyStroke } from './keys.ts';

/** What each command does here and now; a command without a handler does nothing, and its key goes on to the page. */
export type CommandHandlers = Partial<Record<CommandId, () => void>>;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName))
  );
}

/** Whether something lies over the page that has keys of its own: a dialog or an open menu. */
function isCovered(): boolean {
  return (
    document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"].menu') !==
    null
  );
}

type Owner = { has: (id: CommandId) => boolean; run: (id: CommandId) => void };
/** Whoever takes commands now, the innermost first: their effects come before those of what holds them. */
const owners = new Set<Owner>();

/** Whether a command does something here and now. */
export function hasCommand(id: CommandId): boolean {
  return [...owners].some((owner) => owner.has(id));
}

/** Does what the key of the command would do. */
export function runCommand(id: CommandId): void {
  [...owners].find((owner) => owner.has(id))?.run(id);
}

/**
 * Runs commands by key and from the system's menus while `isActive`. Answers with a function for key strokes that
 * arrive elsewhere, in the frame of a message; true when the stroke was a command.
 */
export function useCommands(handlers: CommandHandlers, isActive: boolean): (stroke: KeyStroke) => boolean {
  const newest = useRef(handlers);
  const reader = useRef(createKeyReader());
  useEffect(() => {
    newest.current = handlers;
  });

  const strike = useRef((stroke: KeyStroke): boolean => {
    const id = reader.current(stroke, performance.now());
    const handler = id === undefined ? undefined : newest.current[id];
    handler?.();
    return handler !== undefined;
  });

  useEffect(() => {
    if (!isActive) return;
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || isTyping(event.target) || isCovered()) return;
      if (strike.current(event)) event.preventDefault();
    };
    const owner: Owner = {
      has: (id) => newest.current[id] !== undefined,
      run: (id) => newest.current[id]?.(),
    };
    owners.add(owner);
    document.addEventListener('keydown', listen);
    return () => {
      owners.delete(owner);
      document.removeEventListener('keydown', listen);
    };
  }, [isActive]);

  useEvent('commandRequested', ({ command }) => {
    if (isActive && !isCovered() && isCommandId(command)) newest.current[command]?.();
  });

  return strike.current;
}
