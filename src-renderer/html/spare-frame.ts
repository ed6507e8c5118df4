/**
 * Frames for messages, a few of them loaded before there is a message for them: their document comes through the shell, and whoever
 * opens a message would wait for that. A frame shows one message and goes with it; those that are kept here have never shown any.
 */

type Frame = { iframe: HTMLIFrameElement; isLoaded: boolean };

/** A thread often opens with more than one message. */
const MOST_SPARE = 2;
const spare: Frame[] = [];

/** A frame without script, forms, windows or access to this page; its document brings the policy of a message with it. */
export function createFrame(): HTMLIFrameElement {
  const iframe = document.createElement('iframe');
  iframe.setAttribute('sandbox', 'allow-same-origin');
  iframe.referrerPolicy = 'no-referrer';
  iframe.src = './message-frame.html';
  return iframe;
}

/** Loads frames for the messages that are opened next. */
export function prepareFrames(): void {
  // Before Chromium 133 a frame that is moved loads its document again: nothing would be won.
  if (!('moveBefore' in Element.prototype)) return;
  while (spare.length < MOST_SPARE) {
    const made = { iframe: createFrame(), isLoaded: false };
    made.iframe.hidden = true;
    made.iframe.addEventListener('load', () => {
      made.isLoaded = true;
    });
    document.body.append(made.iframe);
    spare.push(made);
  }
}

/** Puts a frame into `place`, which stands in the page. One that is not loaded yet will tell so by its event. */
export function takeFrame(place: HTMLElement): Readonly<Frame> {
  const ready = spare.shift();
  requestIdleCallback(prepareFrames, { timeout: 1_000 });
  if (ready) {
    place.moveBefore(ready.iframe, null);
    ready.iframe.hidden = false;
    return ready;
  }
  const iframe = createFrame();
  place.append(iframe);
  return { iframe, isLoaded: false };
}
