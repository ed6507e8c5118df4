/**
 * Runs inside a page: tries every way by which a page can go somewhere, open something or fetch something.
 * Answers how many ways were tried; whether one led anywhere is seen from outside.
 */
export async function tryToLeave(elsewhere: string): Promise<number> {
  const at = (way: string) => `${elsewhere}/${way}`;
  const ended: string[] = [];
  const attempt = async (name: string, act: () => unknown) => {
    try {
      await act();
    } catch {
      // Refused with words is refused as well.
    }
    ended.push(name);
  };
  const link = (target: string, href: string, init: MouseEventInit = {}) => {
    const anchor = document.createElement('a');
    anchor.href = href;
    anchor.target = target;
    document.body.append(anchor);
    anchor.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, view: window, ...init }));
    anchor.remove();
  };
  const frame = document.createElement('iframe');
  document.body.append(frame);
  for (const target of [
    at('location'),
    'file:///etc/passwd',
    'data:text/html,away',
    'about:blank',
    'chrome://gpu',
    'app://latchkey/message-frame.html',
  ]) {
    await attempt(`location ${target}`, () => {
      window.location.href = target;
    });
    await attempt(`link ${target}`, () => link('', target));
    await attempt(`blank link ${target}`, () => link('_blank', target));
    await attempt(`open ${target}`, () => window.open(target));
    await attempt(`open noopener ${target}`, () => window.open(target, 'x', 'noopener'));
    if (target !== 'about:blank' && !target.startsWith('app:'))
      await attempt(`frame ${target}`, () => {
        frame.src = target;
      });
  }
  await attempt('middle click', () => link('', at('middle'), { button: 1 }));
  await attempt('shift click', () => link('', at('shift'), { shiftKey: true }));
  await attempt('control click', () => link('', at('control'), { ctrlKey: true }));
  await attempt('download', () => {
    const anchor = document.createElement('a');
    anchor.href = at('download');
    anchor.download = 'x.html';
    anchor.click();
  });
  await attempt('blob window', () =>
    window.open(URL.createObjectURL(new Blob(['<p>', 'x'], { type: 'text/html' }))),
  );
  await attempt('form', () => {
    const form = document.createElement('form');
    form.action = at('form');
    form.method = 'post';
    document.body.append(form);
    form.submit();
    form.remove();
  });
  await attempt('refresh', () => {
    const meta = document.createElement('meta');
    meta.httpEquiv = 'refresh';
    meta.content = `0; url=${at('refresh')}`;
    document.head.append(meta);
  });
  await attempt('base', () => {
    const base = document.createElement('base');
    base.href = elsewhere;
    document.head.append(base);
    base.remove();
  });
  await attempt('webview', () => {
    const view = document.createElement('webview');
    view.setAttribute('src', at('webview'));
    view.setAttribute('allowpopups', '');
    view.setAttribute('nodeintegration', '');
    document.body.append(view);
  });
  await attempt('fetch', () => fetch(at('fetch')));
  await attempt('fetch without cors', () => fetch(at('no-cors'), { mode: 'no-cors' }));
  await attempt('beacon', () => navigator.sendBeacon(at('beacon')));
  await attempt('event source', () => new EventSource(at('events')));
  await attempt('web socket', () => new WebSocket(at('socket').replace('http', 'ws')));
  await attempt('peer', async () => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${new URL(elsewhere).host}` }] });
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
  });
  for (const [tag, attribute] of [
    ['img', 'src'],
    ['video', 'src'],
    ['audio', 'src'],
    ['embed', 'src'],
    ['object', 'data'],
    ['link', 'href'],
  ] as const) {
    await attempt(tag, () => {
      const element = document.createElement(tag);
      if (tag === 'link') element.setAttribute('rel', 'stylesheet');
      element.setAttribute(attribute, at(tag));
      document.body.append(element);
    });
  }
  await attempt('back', () => window.history.go(-1));
  return ended.length;
}
