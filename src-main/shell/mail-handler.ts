/** Who opens mailto: links on this computer (RFC 6068). */
import { app, shell } from 'electron';

/** The name of the desktop entry as packages install it (electron-builder.yml: executableName): by it Linux knows the program. */
export function nameDesktopEntry(): void {
  if (process.platform === 'linux') process.env.CHROME_DESKTOP = 'latchkey-mail.desktop';
}

/** A program that is not installed cannot be found by a link. */
export function getMailHandler(): { isDefault: boolean; canBecome: boolean } {
  const canBecome = app.isPackaged;
  return { isDefault: canBecome && app.isDefaultProtocolClient('mailto'), canBecome };
}

/** Asks the system; on Windows the person has the last word, in the settings that are then opened. */
export async function becomeMailHandler(): Promise<{ isDefault: boolean; canBecome: boolean }> {
  if (app.isPackaged) {
    app.setAsDefaultProtocolClient('mailto');
    if (process.platform === 'win32') await shell.openExternal('ms-settings:defaultapps');
  }
  return getMailHandler();
}
