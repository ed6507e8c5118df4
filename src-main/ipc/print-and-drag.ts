import { harmlessFileName } from '../mime/file-name.ts';
import type { EngineContext } from './context.ts';
import type { DraggedFiles } from './dragged-files.ts';
import { saveFile } from './files.ts';
import { openPart, savedNameOf } from './message-parts.ts';
import type { Handlers } from './router.ts';

/** Handlers that hand mail to the desktop: each after a press, so that a page that somebody took over cannot do it by itself. */
export function createPrintAndDragHandlers(
  { shell, rooms, texts }: Pick<EngineContext, 'shell' | 'rooms' | 'texts'>,
  dragged: DraggedFiles,
): Pick<Handlers, 'messages.dragAttachment' | 'messages.print'> {
  return {
    'messages.dragAttachment': async (place, signal) => {
      await shell.request('requirePress', {});
      const { filename, writeTo } = await openPart(rooms(), place, signal);
      const path = await dragged.write(savedNameOf(filename, texts), writeTo);
      return shell.request('startDrag', { path });
    },
    'messages.print': async ({ as, title, html }) => {
      await shell.request('requirePress', {});
      const { printed, pdf } = await shell.request('print', { as, html });
      if (as === 'paper' || pdf === undefined) return { printed };
      const name = harmlessFileName(`${title}.pdf`, 'application/pdf', 1);
      return { printed: await saveFile(shell, name, async (write) => write(pdf)) };
    },
  };
}
