import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../src-shared/ipc/contract.ts';
import { attemptId } from '../../src-shared/model/ids.ts';
import { driveBrowser } from '../servers/browser.mjs';
import { startKeychain } from '../servers/keychain.mjs';
import { type Lab, startLab } from '../servers/lab.mjs';
import { createRunFolder, type RunFolder } from '../servers/run-folder.mjs';
import { type BareEngine, startBareEngine } from './bare-engine.ts';

const MAYA = 'maya@lab.test';

let run: RunFolder;
let lab: Lab;
let env: Record<string, string>;
let engine: BareEngine;

function start(): Promise<BareEngine> {
  return startBareEngine({
    directory: `${run.path}/profile/mail`,
    temporaryDirectory: run.folder('tmp', 0o700),
    env,
    shell: async (name, input) => {
      if (name === 'openExternal') {
        await driveBrowser(String(input.url), { login: MAYA, password: lab.users[MAYA] ?? '' });
      }
      return {};
    },
  });
}

beforeAll(async () => {
  run = createRunFolder();
  lab = await startLab({ run });
  const keychain = await startKeychain({ run });
  run.onRemove(keychain.stop);
  env = { ...keychain.env, ...lab.env };
  engine = await start();
});

afterAll(async () => {
  await engine?.stop();
  await run?.remove();
});

describe('the built engine under bare Node', () => {
  it('signs in, reads and sends over its contract, and ends by itself when it is told', async () => {
    expect(await engine.request('app.getState', {})).toMatchObject({
      ok: true,
      value: { vault: { state: 'ready' } },
    });
    const signedIn = await engine.request('accounts.signIn', {
      attemptId: attemptId.parse('one'),
      address: MAYA,
      providerId: 'lab',
    });
    expect(signedIn).toMatchObject({ ok: true, value: { address: MAYA } });

    const arrived = engine.nextEvent('messagesChanged');
    await lab.dovecot.store(MAYA, [
      { raw: 'From: ines@x.example\r\nTo: maya@lab.test\r\nSubject: Proofs\r\n\r\nPage 12\r\n' },
    ]);
    await arrived;
    const page = await engine.request('threads.page', { view: { kind: 'inboxes' }, start: 0, limit: 50 });
    if (!page.ok) throw new Error(page.code);
    const [row] = page.value.rows;
    expect(row).toMatchObject({ subject: 'Proofs', isUnread: true });

    const answer = await engine.request('drafts.create', {
      basedOn: { messageId: row?.messageId ?? neverId(), as: 'reply' },
    });
    if (!answer.ok) throw new Error(answer.code);
    expect(answer.value).toMatchObject({ subject: 'Re: Proofs', to: [{ address: 'ines@x.example' }] });
    expect(answer.value.quote?.text).toContain('Page 12');
    expect(await engine.request('outbox.send', { draftId: answer.value.draftId })).toMatchObject({
      ok: true,
    });
  });

  it('survives a window that says anything, answers it in its own words, and changes nothing for it', async () => {
    // Sync goes on meanwhile.
    const accounts = async () => {
      const listed = await engine.request('accounts.list', {});
      return listed.ok && listed.value.map(({ progress: _progress, ...account }) => account);
    };
    const before = await accounts();
    expect(before).toHaveLength(1);
    for (const message of [
      null,
      7,
      'x',
      { kind: 'request' },
      { kind: 'request', id: -1, name: 'sync.now', input: {} },
      { kind: 'stop' },
      { kind: 'answer', id: 1, result: {} },
    ]) {
      engine.sendRaw(message);
    }
    for (const name of Object.keys(contract)) {
      for (const input of [undefined, null, [], 'x', { accountId: { $gt: '' } }, { __proto__: { x: 1 } }]) {
        engine.sendRaw({ kind: 'request', id: 1_000_000, name, input });
      }
    }
    expect(await accounts()).toEqual(before);
    // Nor can it move the keys of open mail out of the keychain.
    expect(await engine.request('app.useSessionOnly', {})).toMatchObject({ value: { state: 'ready' } });
  });

  it('has everything again after it was killed', async () => {
    const before = await engine.request('drafts.create', {});
    engine.process.kill('SIGKILL');
    engine = await start();
    const drafts = await engine.request('drafts.list', {});
    if (!before.ok || !drafts.ok) throw new Error('no answer');
    expect(drafts.value.map((draft) => draft.draftId)).toContain(before.value.draftId);
    expect(await engine.request('accounts.list', {})).toMatchObject({ value: [{ address: MAYA }] });
    expect(await engine.stop()).toBe(0);
  });
});

function neverId(): never {
  throw new Error('the list is empty');
}
