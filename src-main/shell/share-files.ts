/** Files that another program would have attached. Any program can start us, so nothing is taken before the person has seen what it is. */
import { realpath, stat } from 'node:fs/promises';
import { type BrowserWindow, dialog } from 'electron';
import { fileList } from './file-list.ts';
import type { ShellTexts } from './shell-texts.ts';

let isAsking = false;

/**
 * Shows the person the files that are meant, by their whole true paths, and answers with them when the person wants them attached. What is
 * no regular file is left out. While one question is open another is not asked: it is taken for "no".
 */
export async function askToShare(
  window: BrowserWindow | undefined,
  paths: readonly string[],
  texts: Pick<ShellTexts, 'shareTitle' | 'shareText' | 'shareAttach' | 'shareCancel'>,
): Promise<string[]> {
  if (isAsking) return [];
  isAsking = true;
  try {
    const files = (await Promise.all(paths.map(trueFile))).filter((path) => path !== undefined);
    if (files.length === 0) return [];
    const cancel = 0;
    const question = {
      type: 'question' as const,
      message: texts.shareTitle,
      detail: `${texts.shareText}\n\n${fileList(files)}`,
      buttons: [texts.shareCancel, texts.shareAttach],
      // Who presses Enter without looking has agreed to nothing.
      defaultId: cancel,
      cancelId: cancel,
      noLink: true,
    };
    const { response } = window
      ? await dialog.showMessageBox(window, question)
      : await dialog.showMessageBox(question);
    return response === cancel ? [] : files;
  } finally {
    isAsking = false;
  }
}

/** Where a path leads, when that is a regular file: a link must not show one name and attach another. */
async function trueFile(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}
