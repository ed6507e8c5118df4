import { expect, it } from 'vitest';
import { createShellClient } from '../../../../src-main/ipc/shell-client.ts';

function connect() {
  let receive: (message: unknown) => void = () => undefined;
  let close: () => void = () => undefined;
  const posted: unknown[] = [];
  const client = createShellClient({
    post: (message) => posted.push(message),
    onMessage(listener) {
      receive = listener;
    },
    onClose(listener) {
      close = listener;
    },
    close: () => undefined,
  });
  return { client, posted, receive: (message: unknown) => receive(message), close: () => close() };
}

it('hears what the shell tells, and nothing that is not of its shape', () => {
  const { client, receive } = connect();
  const heard: unknown[] = [];
  client.on('commandRequested', ({ command }) => heard.push(command));
  client.on('computerWoke', () => heard.push('woke'));
  for (const [name, payload] of [
    ['commandRequested', { command: 'reply' }],
    ['commandRequested', { command: 7 }],
    ['computerWoke', {}],
    ['toString', {}],
  ]) {
    receive({ kind: 'event', name, payload });
  }
  receive('nonsense');
  expect(heard).toEqual(['reply', 'woke']);
});

it('pairs answers with requests, and fails what is open when the shell goes', async () => {
  const { client, posted, receive, close } = connect();
  const path = client.request('pickSavePath', { suggestedName: 'a.txt' });
  const copied = client.request('copyText', { text: 'a' });
  const opened = client.request('openExternal', { url: 'https://lab.test' });
  expect(posted).toHaveLength(3);
  receive({ kind: 'answer', id: 2, result: { ok: false, code: 'busy', retry: 'later' } });
  receive({ kind: 'answer', id: 1, result: { ok: true, value: { path: '/a.txt' } } });
  await expect(path).resolves.toEqual({ path: '/a.txt' });
  await expect(copied).rejects.toMatchObject({ code: 'busy', retry: 'later' });
  close();
  await expect(opened).rejects.toMatchObject({ code: 'internal' });
});
