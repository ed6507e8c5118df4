/** The shell's end of its port to the engine: what the engine may ask of the desktop, checked against the shell contract. */
import { app, type BrowserWindow, clipboard, dialog, type MessagePortMain, shell } from 'electron';
import { z } from 'zod';
import {
  type ShellInputOf,
  type ShellOutputOf,
  type ShellRequestName,
  shellContract,
} from '../../src-shared/ipc/shell-contract.ts';
import type { Language } from '../../src-shared/text/language.ts';
import { MailError, toFail } from '../base/errors.ts';
import { dragFile } from './drag.ts';
import { becomeMailHandler, getMailHandler } from './mail-handler.ts';
import { setOnlyHere } from './only-here.ts';
import { isWanted, type PressTexts } from './presses.ts';
import { print } from './print.ts';

type ShellHandlers = { [N in ShellRequestName]: (input: ShellInputOf<N>) => Promise<ShellOutputOf<N>> };

const requestMessage = z.object({
  kind: z.literal('request'),
  id: z.number(),
  name: z.string(),
  input: z.unknown(),
});

export type Desktop = {
  window: () => BrowserWindow | undefined;
  texts: () => PressTexts;
  /** The engine knows which language the person chose. */
  onLanguage: (language: Language) => void;
};

export function serveEngine(port: MessagePortMain, desktop: Desktop): void {
  const handlers = createHandlers(desktop);
  port.on('message', (event) => {
    const request = requestMessage.safeParse(event.data);
    if (!request.success) return;
    const { id, name, input } = request.data;
    void answer(handlers, name, input).then((result) => port.postMessage({ kind: 'answer', id, result }));
  });
  port.start();
}

async function answer(handlers: ShellHandlers, name: string, input: unknown) {
  try {
    if (!Object.hasOwn(shellContract, name)) throw new Error('unknown request');
    const known = name as ShellRequestName;
    const handler = handlers[known] as (input: unknown) => Promise<unknown>;
    return { ok: true, value: await handler(shellContract[known].input.parse(input)) };
  } catch (error) {
    return toFail(error);
  }
}

function createHandlers({ window, texts, onLanguage }: Desktop): ShellHandlers {
  const requirePress = async (): Promise<void> => {
    if (!(await isWanted(window(), texts()))) throw new MailError('press-missing');
  };
  return {
    async openExternal({ url }) {
      await shell.openExternal(url);
      return {};
    },
    async openLink({ url }) {
      // A page that somebody took over could otherwise carry mail away in the addresses that it opens.
      await requirePress();
      await shell.openExternal(url);
      return {};
    },
    async requirePress() {
      await requirePress();
      return {};
    },
    async copyText({ text }) {
      clipboard.writeText(text);
      return {};
    },
    pickFiles: async () => ({ paths: await pick(window(), ['openFile', 'multiSelections']) }),
    pickMail: async ({ kind }) => ({
      paths: await pick(window(), kind === 'files' ? ['openFile', 'multiSelections'] : ['openDirectory']),
    }),
    async pickFolder() {
      const [path] = await pick(window(), ['openDirectory', 'createDirectory']);
      return path === undefined ? {} : { path };
    },
    async pickSavePath({ suggestedName }) {
      const parent = window();
      const picked = parent
        ? await dialog.showSaveDialog(parent, { defaultPath: suggestedName })
        : await dialog.showSaveDialog({ defaultPath: suggestedName });
      return picked.canceled || picked.filePath === '' ? {} : { path: picked.filePath };
    },
    async startDrag({ path }) {
      await dragFile(window(), path);
      return {};
    },
    print: ({ as, html }) => print(html, as),
    getMailHandler: async () => getMailHandler(),
    async becomeMailHandler() {
      await requirePress();
      return becomeMailHandler();
    },
    async raiseWindow() {
      raise(window());
      return {};
    },
    async setBadge({ count }) {
      app.setBadgeCount(count);
      return {};
    },
    async setOnlyHere(what) {
      setOnlyHere(what);
      return {};
    },
    async setLanguage({ language }) {
      onLanguage(language);
      return {};
    },
  };
}

/** What the person picked; nothing when they cancelled. */
async function pick(
  parent: BrowserWindow | undefined,
  properties: ('openFile' | 'openDirectory' | 'multiSelections' | 'createDirectory')[],
): Promise<string[]> {
  const picked = parent
    ? await dialog.showOpenDialog(parent, { properties })
    : await dialog.showOpenDialog({ properties });
  return picked.canceled ? [] : picked.filePaths;
}

/** Brings a window to the front, out of the task bar if need be. */
export function raise(window: BrowserWindow | undefined): void {
  if (!window) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
