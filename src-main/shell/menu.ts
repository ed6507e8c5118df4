import { app, Menu, type MenuItemConstructorOptions } from 'electron';

export type MenuTexts = Record<
  'file' | 'newMessage' | 'accounts' | 'message' | 'reply' | 'replyAll' | 'forward' | 'archive' | 'trash',
  string
>;

/** The menu bar: the system's own entries by role, ours as commands of the window's command table. */
export function installMenu(texts: MenuTexts, command: (name: string) => void): void {
  const isMac = process.platform === 'darwin';
  const item = (label: string, name: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => command(name),
    ...(accelerator !== undefined && { accelerator }),
  });
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: texts.file,
      submenu: [
        item(texts.newMessage, 'compose', 'CmdOrCtrl+N'),
        item(texts.accounts, 'accounts'),
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      role: 'viewMenu',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    {
      label: texts.message,
      submenu: [
        item(texts.reply, 'reply', 'CmdOrCtrl+R'),
        item(texts.replyAll, 'reply-all', 'CmdOrCtrl+Shift+R'),
        item(texts.forward, 'forward', 'CmdOrCtrl+Shift+F'),
        { type: 'separator' },
        item(texts.archive, 'archive'),
        item(texts.trash, 'trash'),
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
