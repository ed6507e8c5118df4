import { app, type BrowserWindow } from 'electron';
import type { ShellOutputOf } from '../../src-shared/ipc/shell-contract.ts';
import { MailError } from '../base/errors.ts';

/** Where paper is 216 × 279 mm. */
const LETTER_COUNTRIES: ReadonlySet<string> = new Set(['US', 'CA', 'MX', 'PH', 'CL', 'CO', 'VE']);

/** Prints what the window has laid out for printing: with the dialog of the system, or as the bytes of a PDF. */
export async function print(
  window: BrowserWindow | undefined,
  as: 'paper' | 'pdf',
): Promise<ShellOutputOf<'print'>> {
  if (!window) throw new MailError('internal');
  const pageSize = LETTER_COUNTRIES.has(app.getLocaleCountryCode()) ? 'Letter' : 'A4';
  // The margins of the paper have the colour of the window, which is dark in the dark.
  const colour = window.getBackgroundColor();
  window.setBackgroundColor('#ffffff');
  try {
    return await printPage(window, as, pageSize);
  } finally {
    if (!window.isDestroyed()) window.setBackgroundColor(colour);
  }
}

async function printPage(
  window: BrowserWindow,
  as: 'paper' | 'pdf',
  pageSize: 'Letter' | 'A4',
): Promise<ShellOutputOf<'print'>> {
  if (as === 'pdf') {
    const pdf = await window.webContents.printToPDF({ printBackground: true, pageSize });
    return { printed: true, pdf: new Uint8Array(pdf) };
  }
  // Cancelled and failed come out alike; of a failure the system's own dialog has told.
  const printed = await new Promise<boolean>((resolve) => {
    window.webContents.print({ printBackground: true, pageSize }, resolve);
  });
  return { printed };
}
