import { createFrame } from './spare-frame.ts';
import type { StyleWindow } from './style-sheets.ts';

/** Runs `work` in the window of a message frame that nobody sees: what is parsed there is under the policy of a message. */
export async function inHiddenFrame<T>(work: (frame: StyleWindow) => Promise<T>): Promise<T> {
  const iframe = createFrame();
  iframe.hidden = true;
  const loaded = new Promise((resolve) => iframe.addEventListener('load', resolve, { once: true }));
  document.body.append(iframe);
  try {
    await loaded;
    return await work(iframe.contentWindow as StyleWindow);
  } finally {
    iframe.remove();
  }
}
