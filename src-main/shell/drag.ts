import { app, type BrowserWindow, nativeImage } from 'electron';
import { MailError } from '../base/errors.ts';

const held = new WeakSet<BrowserWindow>();
const ICON_SIDE = 32;

/** Notes from now on whether a button of the mouse is held in this window: a file that comes too late is dragged by nobody. */
export function notePointer(window: BrowserWindow): void {
  window.webContents.on('input-event', (_event, { type }) => {
    if (type === 'mouseDown') held.add(window);
    if (type === 'mouseUp') held.delete(window);
  });
}

/** Gives a file to the drag that the person has begun. Throws input-invalid when the button was let go, or none was pressed. */
export async function dragFile(window: BrowserWindow | undefined, path: string): Promise<void> {
  if (!window || !held.has(window)) throw new MailError('input-invalid');
  const icon = await iconOf(path);
  if (!held.delete(window)) throw new MailError('input-invalid');
  window.webContents.startDrag({ file: path, icon });
}

/** What the system draws for such a file; a grey sheet where it draws none, because a drag without a picture is refused. */
async function iconOf(path: string): Promise<Electron.NativeImage> {
  try {
    const icon = await app.getFileIcon(path, { size: 'normal' });
    if (!icon.isEmpty()) return icon;
  } catch {
    // No icon theme: nothing that a person has to hear of.
  }
  const pixels = Buffer.alloc(ICON_SIDE * ICON_SIDE * 4, 0x99);
  return nativeImage.createFromBitmap(pixels, { width: ICON_SIDE, height: ICON_SIDE });
}
