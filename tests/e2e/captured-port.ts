/**
 * What a page could do that has been taken over: it has the port to the engine, and says on it whatever it likes.
 * The port is caught by a script that runs in the page before the page's own.
 */
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    capturedPort?: MessagePort;
  }
}

export type HostileResult = { ok: boolean; code?: string };

/** Loads the page again with the catching script in it, and waits until the page has used its port. */
export async function capturePort(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const post = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (this: MessagePort, ...args: [unknown]) {
      // React's scheduler has ports of its own.
      if (typeof args[0] === 'object' && args[0] !== null && 'kind' in args[0]) window.capturedPort = this;
      post.apply(this, args);
    } as typeof post;
  });
  await page.reload();
  await page.waitForFunction(() => window.capturedPort !== undefined);
}

/** Sends each request, and answers with the engine's results in the same order. */
export function sendRequests(
  page: Page,
  requests: readonly { name: string; input: unknown }[],
): Promise<HostileResult[]> {
  return page.evaluate(async (all) => {
    const port = window.capturedPort;
    if (!port) throw new Error('there is no port');
    const first = 1_000_000 + Math.floor(Math.random() * 1e9);
    const results = new Map<number, HostileResult>();
    const done = new Promise<void>((resolve) => {
      port.addEventListener('message', ({ data }) => {
        if (data?.kind !== 'answer' || data.id < first) return;
        results.set(data.id - first, { ok: data.result.ok, code: data.result.code });
        if (results.size === all.length) resolve();
      });
    });
    all.forEach(({ name, input }, index) => {
      port.postMessage({ kind: 'request', id: first + index, name, input });
    });
    await done;
    return all.map((_one, index) => results.get(index) ?? { ok: false });
  }, requests);
}

/** Puts messages on the port as they are, whatever they are. */
export function postRaw(page: Page, messages: readonly unknown[]): Promise<void> {
  return page.evaluate((all) => {
    for (const message of all) window.capturedPort?.postMessage(message);
  }, messages);
}
