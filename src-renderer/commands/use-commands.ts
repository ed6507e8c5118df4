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
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [isActive]);

  useEvent('commandRequested', ({ command }) => {
    if (isActive && !isCovered() && isCommandId(command)) newest.current[command]?.();
  });

  return strike.current;
}
