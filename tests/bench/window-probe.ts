/**
 * Clocks inside the page: from the moment that the system gave an event to the window, to the end of the first frame in which what the
 * event asked for stands. Playwright only gives the events; how long it takes to say so does not count.
 */
import type { Page } from 'playwright-core';
import type { Program } from '../../scripts/lib/launch-program.mjs';

declare global {
  interface Window {
    /** The sample that is being taken: milliseconds. */
    benchSample?: Promise<number>;
    /** What the person may look at before the event; something else has to take its place. */
    benchBefore?: Element | null;
    /** When events of the stall probe were heard, in milliseconds since 1970. */
    benchHeard?: number[];
    /** Queries of the search that were answered. */
    benchAnswered?: Set<string>;
  }
}

/** What has to stand in the page. */
export type Goal = 'message' | 'offer' | 'compose' | 'search' | 'typed';

/** No frame comes for what waits longer. */
const SAMPLE_MS = 60_000;

/** Takes one sample: waits for an event of this type, made by `act`, then for the frame with the goal in it. */
export async function sample(
  page: Page,
  type: 'click' | 'keydown',
  goal: Goal,
  act: () => Promise<void>,
): Promise<number> {
  await page.evaluate(
    ({ type, goal, longest }) => {
      const reader = (): Element | null => document.querySelector('.reader-pane .reader-subject');
      const text = (): string => document.querySelector<HTMLInputElement>('.search-field input')?.value ?? '';
      /** Every open message of the thread has its text, laid out. */
      const isMessageThere = (): boolean => {
        const subject = reader();
        const open = document.querySelectorAll('.reader-pane article');
        if (subject === null || subject === window.benchBefore || open.length === 0) return false;
        return [...open].every((article) => {
          if (article.querySelector('.skeleton')) return false;
          const frame = article.querySelector('iframe');
          if (!frame) return article.querySelector('.message-body, .message-source') !== null;
          return frame.style.height !== '' && (frame.contentDocument?.body.childNodes.length ?? 0) > 0;
        });
      };
      const goals: Record<Goal, () => boolean> = {
        message: isMessageThere,
        offer: () =>
          reader() !== window.benchBefore &&
          document.querySelector('.reader-pane article .note button') !== null,
        compose: () =>
          document.activeElement?.matches('.compose input, .compose textarea') === true &&
          document.activeElement !== window.benchBefore,
        search: () => window.benchAnswered?.has(text()) === true,
        typed: () => true,
      };
      window.benchBefore = goal === 'message' || goal === 'offer' ? reader() : document.activeElement;
      window.benchAnswered?.clear();
      window.benchSample = new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no ${goal} came`)), longest);
        const done = (from: number): void => {
          clearTimeout(late);
          resolve(performance.now() - from);
        };
        /** Runs after the frame was laid out and painted. */
        const afterFrame = (act: () => void): void => {
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = act;
            port2.postMessage(0);
          });
        };
        window.addEventListener(
          type,
          ({ timeStamp }) => {
            const look = (): void => {
              requestAnimationFrame(() => {
                if (!goals[goal]()) return look();
                // An answer that has come is shown by the next frame at the latest.
                const last =
                  goal === 'search' ? () => afterFrame(() => done(timeStamp)) : () => done(timeStamp);
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = last;
                port2.postMessage(0);
              });
            };
            look();
          },
          { capture: true, once: true },
        );
      });
      window.benchSample.catch(() => undefined);
    },
    { type, goal, longest: SAMPLE_MS },
  );
  await act();
  return page.evaluate(() => window.benchSample ?? Number.NaN);
}

/** Notes from now on which queries were answered, by listening at the page's port. */
export async function watchSearches(page: Page): Promise<void> {
  await page.evaluate(() => {
    const port = window.capturedPort;
    if (!port) throw new Error('there is no port');
    window.benchAnswered = new Set();
    const asked = new Map<unknown, string>();
    const post = MessagePort.prototype.postMessage;
    port.postMessage = function (this: MessagePort, ...args: [unknown]) {
      const request = args[0] as { id?: unknown; name?: unknown; input?: { query?: string } } | null;
      if (request?.name === 'search.find') asked.set(request.id, request.input?.query ?? '');
      post.apply(this, args);
    } as typeof post;
    port.addEventListener('message', ({ data }) => {
      const query = asked.get(data?.id);
      if (data?.kind === 'answer' && query !== undefined) window.benchAnswered?.add(query);
    });
  });
}

/** A request to the engine, as the page would make it. */
export function ask<T>(page: Page, name: string, input: object): Promise<T> {
  return page.evaluate(
    ([name, input]) =>
      new Promise<T>((resolve, reject) => {
        const port = window.capturedPort;
        if (!port) return reject(new Error('there is no port'));
        const id = 1_000_000 + Math.floor(Math.random() * 1e9);
        const hear = ({ data }: MessageEvent): void => {
          if (data?.kind !== 'answer' || data.id !== id) return;
          port.removeEventListener('message', hear);
          if (data.result.ok) resolve(data.result.value);
          else reject(new Error(`${name}: ${data.result.code}`));
        };
        port.addEventListener('message', hear);
        port.postMessage({ kind: 'request', id, name, input });
      }),
    [name, input] as const,
  );
}

/** Frames of a list that is flung: milliseconds between each and the next. */
export function flingList(page: Page, frames: number): Promise<number[]> {
  return page.evaluate(
    (most) =>
      new Promise<number[]>((resolve, reject) => {
        const list = document.querySelector('.threads');
        if (!list) return reject(new Error('there is no list'));
        const gaps: number[] = [];
        let last = performance.now();
        const step = (): void => {
          const now = performance.now();
          gaps.push(now - last);
          last = now;
          // A fling is fast at first and runs out.
          list.scrollTop += Math.max(40, 1_200 * (1 - gaps.length / most));
          if (gaps.length < most) requestAnimationFrame(step);
          else resolve(gaps.slice(1));
        };
        requestAnimationFrame(step);
      }),
    frames,
  );
}

const PROBE_KEY = 'F13';
const PROBE_MS = 20;

export type StallProbe = {
  /** How long each key waited until the page heard it, in milliseconds. */
  stop(): Promise<number[]>;
};

/**
 * Presses a key without a meaning every 20 ms, in the shell, which is where the system's events come in. A key that could not be
 * pressed in time because the shell stood still counts from when it was due.
 */
export async function startStallProbe({ app, page }: Program): Promise<StallProbe> {
  await page.evaluate((probeKey) => {
    const heard: number[] = [];
    window.benchHeard = heard;
    window.addEventListener(
      'keydown',
      ({ key }) => {
        if (key === probeKey) heard.push(Date.now());
      },
      true,
    );
  }, PROBE_KEY);
  await app.evaluate(
    ({ BrowserWindow }, { keyCode, every }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const due: number[] = [];
      let next = Date.now();
      const timer = setInterval(() => {
        for (; next <= Date.now(); next += every) {
          due.push(next);
          contents?.sendInputEvent({ type: 'keyDown', keyCode });
        }
      }, every / 4);
      Object.assign(globalThis, {
        benchStopKeys: () => {
          clearInterval(timer);
          return due;
        },
      });
    },
    { keyCode: PROBE_KEY, every: PROBE_MS },
  );
  return {
    async stop() {
      const due = await app.evaluate((): number[] =>
        (globalThis as unknown as { benchStopKeys: () => number[] }).benchStopKeys(),
      );
      const heard = await page.waitForFunction(
        (count) => ((window.benchHeard?.length ?? 0) >= count ? window.benchHeard : undefined),
        due.length,
      );
      const times = (await heard.jsonValue()) ?? [];
      return due.map((at, index) => Math.max(0, (times[index] ?? Number.NaN) - at));
    },
  };
}
