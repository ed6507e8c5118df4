import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuTexts } from './shell-texts.ts';

/**
 * The menu bar: the system's own entries by role, ours as commands of the window's command table. Electron's own names of the
 * roles are English everywhere, so each is named here.
 */
export function installMenu(texts: MenuTexts, command: (name: string) => void): void {
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate(texts, command, { isMac: process.platform === 'darwin', isPackaged: app.isPackaged }),
    ),
  );
}

function menuTemplate(
  texts: MenuTexts,
  command: (name: string) => void,
  { isMac, isPackaged }: { isMac: boolean; isPackaged: boolean },
): MenuItemConstructorOptions[] {
  const item = (label: string, name: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => command(name),
    ...(accelerator !== undefined && { accelerator }),
  });
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const programMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about', label: texts.about },
      line,
      { role: 'services', label: texts.services },
      line,
      { role: 'hide', label: texts.hide },
      { role: 'hideOthers', label: texts.hideOthers },
      { role: 'unhide', label: texts.showAll },
      line,
      { role: 'quit', label: texts.quitApp },
    ],
  };
  return [
    ...(isMac ? [programMenu] : []),
    {
      label: texts.file,
      submenu: [
        item(texts.newMessage, 'compose', 'CmdOrCtrl+N'),
        item(texts.getMail, 'get-mail', isMac ? 'Cmd+Shift+N' : 'F5'),
        item(texts.accounts, 'accounts'),
        line,
        isMac ? { role: 'close', label: texts.close } : { role: 'quit', label: texts.quit },
      ],
    },
    {
      role: 'editMenu',
      label: texts.edit,
      submenu: [
        { role: 'undo', label: texts.undo },
        { role: 'redo', label: texts.redo },
        line,
        { role: 'cut', label: texts.cut },
        { role: 'copy', label: texts.copy },
        { role: 'paste', label: texts.paste },
        { role: 'delete', label: texts.delete },
        line,
        { role: 'selectAll', label: texts.selectAll },
      ],
    },
    {
      role: 'viewMenu',
      label: texts.view,
      submenu: [
        { role: 'resetZoom', label: texts.resetZoom },
        { role: 'zoomIn', label: texts.zoomIn },
        { role: 'zoomOut', label: texts.zoomOut },
        line,
        { role: 'togglefullscreen', label: texts.fullScreen },
        ...(isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    {
      label: texts.message,
      submenu: [
        item(texts.reply, 'reply', 'CmdOrCtrl+R'),
        item(texts.replyAll, 'reply-all', 'CmdOrCtrl+Shift+R'),
        item(texts.forward, 'forward', 'CmdOrCtrl+Shift+F'),
        line,
        item(texts.archive, 'archive'),
        item(texts.trash, 'trash'),
      ],
    },
    {
      role: 'windowMenu',
      label: texts.window,
      submenu: [
        { role: 'minimize', label: texts.minimize },
        ...(isMac
          ? [
              { role: 'zoom', label: texts.zoom } as const,
              line,
              { role: 'front', label: texts.front } as const,
            ]
          : [{ role: 'close', label: texts.close } as const]),
      ],
    },
  ];
}
