import type { StyleWindow } from './style-sheets.ts';

/** Runs `work` in the window of a message frame that nobody sees: what is parsed there is under the policy of a message. */
export async function inHiddenFrame<T>(work: (frame: StyleWindow) => Promise<T>): Promise<T> {
  const iframe = document.createElement('iframe');
  iframe.setAttribute('sandbox', 'allow-same-origin');
  iframe.referrerPolicy = 'no-referrer';
  iframe.hidden = true;
  iframe.src = './message-frame.html';
  const loaded = new Promise((resolve) => iframe.addEventListener('load', resolve, { once: true }));
  document.body.append(iframe);
  try {
    await loaded;
    return await work(iframe.contentWindow as StyleWindow);
  } finally {
    iframe.remove();
  }
}
