import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { z } from 'zod';
import { notePointer } from './drag.ts';
import { notePresses } from './presses.ts';
import { APP_ORIGIN } from './web-security.ts';

const bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(480).max(20_000),
  height: z.number().int().min(400).max(20_000),
  isMaximized: z.boolean(),
});
type Bounds = z.infer<typeof bounds>;
const FIRST = { width: 1280, height: 800, isMaximized: false };

/** Opens the main window where it was last time, and shows it when its first frame is painted. */
export function openWindow(options: {
  preload: string;
  locale: string | undefined;
  /** Asked whenever the window is to be closed, also because the program quits. */
  mayClose: (window: BrowserWindow) => boolean;
}): BrowserWindow {
  const file = join(app.getPath('userData'), 'window.json');
  const { isMaximized, ...place } = readBounds(file);
  const window = new BrowserWindow({
    ...place,
    minWidth: 480,
    minHeight: 400,
    show: false,
    title: 'Latchkey Mail',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1f1e1b' : '#fefdfb',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (isMaximized) window.maximize();
  notePresses(window);
  notePointer(window);
  reviveAfterCrash(window);
  window.once('ready-to-show', () => window.show());
  window.on('close', (event) => {
    if (!options.mayClose(window)) return event.preventDefault();
    writeBounds(file, { ...window.getNormalBounds(), isMaximized: window.isMaximized() });
  });
  const query = options.locale === undefined ? '' : `?locale=${encodeURIComponent(options.locale)}`;
  void window.loadURL(`${APP_ORIGIN}/index.html${query}`);
  return window;
}

/** Within a minute; a page that dies more often would die again, and again. */
const MOST_CRASHES = 3;

/** Loads the page anew when its process died: what was typed is in the store, and a white window helps nobody. */
function reviveAfterCrash(window: BrowserWindow): void {
  let diedAt: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const now = Date.now();
    diedAt = [...diedAt.filter((time) => now - time < 60_000), now];
    if (diedAt.length <= MOST_CRASHES) window.webContents.reload();
  });
}

function readBounds(file: string): Bounds | typeof FIRST {
  try {
    const parsed = bounds.parse(JSON.parse(readFileSync(file, 'utf8')));
    const isOnScreen = screen.getAllDisplays().some(({ workArea }) => {
      const { x, y } = parsed;
      return (
        x < workArea.x + workArea.width - 100 &&
        x + parsed.width > workArea.x + 100 &&
        y >= workArea.y - 20 &&
        y < workArea.y + workArea.height - 60
      );
    });
    return isOnScreen ? parsed : FIRST;
  } catch {
    // No file yet, or one that something else wrote: the first size is as good.
    return FIRST;
  }
}

function writeBounds(file: string, value: Bounds): void {
  try {
    writeFileSync(file, JSON.stringify(value), { mode: 0o600 });
  } catch {
    // A window position is not worth an error at quitting time.
  }
}
