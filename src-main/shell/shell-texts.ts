/** The words that the system's own parts show: menu bar and message boxes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Language } from '../../src-shared/text/language.ts';

const word = z.string().min(1);
const menuWords = z.object({
  file: word,
  newMessage: word,
  getMail: word,
  accounts: word,
  close: word,
  quit: word,
  edit: word,
  undo: word,
  redo: word,
  cut: word,
  copy: word,
  paste: word,
  delete: word,
  selectAll: word,
  view: word,
  resetZoom: word,
  zoomIn: word,
  zoomOut: word,
  fullScreen: word,
  message: word,
  reply: word,
  replyAll: word,
  forward: word,
  archive: word,
  trash: word,
  window: word,
  minimize: word,
  zoom: word,
  front: word,
  about: word,
  services: word,
  hide: word,
  hideOthers: word,
  showAll: word,
  quitApp: word,
});
export type MenuTexts = z.infer<typeof menuWords>;
const shellWords = menuWords.extend({
  onlyHereTitle: word,
  onlyHereText: word,
  onlyHereNoSubject: word,
  onlyHereStay: word,
  onlyHereQuit: word,
  shareTitle: word,
  shareText: word,
  shareAttach: word,
  shareCancel: word,
  pressTitle: word,
  pressText: word,
  pressGoOn: word,
  pressCancel: word,
});
export type ShellTexts = z.infer<typeof shellWords>;

/** The words of a language, from the folder of all catalogues. Throws when one is missing. */
export function readShellTexts(folder: string, language: Language): ShellTexts {
  return shellWords.parse(JSON.parse(readFileSync(join(folder, `${language}-menu.json`), 'utf8')));
}
