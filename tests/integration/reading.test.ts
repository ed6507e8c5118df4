/** The engine over a real keychain, asked by a window about a message that is open; the lab stands in for the web. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { envelopeOfSource } from '../../src-main/imap/source-envelope.ts';
import { parseSource } from '../../src-main/mime/parse-source.ts';
import { openProfile } from '../../src-main/profile/profile.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import type { MessageId } from '../../src-shared/model/ids.ts';
import { png } from '../fixtures/sample-files.mjs';
import { SITE, startWebWorld, type WebWorld } from '../hostile/web-world.ts';
import { startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { addMailboxes, START } from '../unit/src-main/store/test-store.ts';
import { makeKey, signedMail } from '../unit/src-main/trust/signed-mail.ts';
import { type EngineHere, startEngineHere } from './engine-here.ts';

const run = createRunFolder();
const key = makeKey();
const PICTURE = `https://${SITE}/x.png`;
const OUT = `https://${SITE}/leave`;
let world: WebWorld;
let engine: EngineHere;
let messageId: MessageId;
/** The person presses, and each press counts once. */
let presses = 0;

beforeAll(async () => {
  const keychain = await startKeychain({ run });
  // libsecret reads it when it is first used; this file has a process of its own.
  Object.assign(process.env, keychain.env);
  world = await startWebWorld();
  const keychainService = 'Latchkey reading test';
  const folder = mkdtempSync(join(run.path, 'reading'));
  const directory = join(folder, 'mail');
  const vault = createVault({ service: keychainService });
  const { store, close } = await openProfile({
    vault,
    directory,
    temporaryDirectory: folder,
    clock: systemClock,
  });
  const { inbox } = addMailboxes(store);
  for (const { mailboxId } of store.mailboxes.list())
    store.mailboxes.setSyncState(mailboxId, { backfilledTo: 1 });
  for (const { accountId } of store.accounts.list()) store.accounts.setSignIn(accountId, 'signed-out');
  const fields: [string, string][] = [
    ['From', 'News <news@sender.example>'],
    ['Message-ID', '<news-1@sender.example>'],
    ['List-Unsubscribe', `<${OUT}>`],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ['Content-Type', 'text/html'],
  ];
  const source = Buffer.from(
    signedMail(key, { fields, domain: 'sender.example', body: `<p>Hello <img src="${PICTURE}"></p>\r\n` }),
  );
  const envelope = envelopeOfSource(source, START);
  const [added] = store.messages.addEnvelopes(inbox, [
    { ...envelope, uid: 1, flags: [], internalDate: START, size: source.length, hasAttachments: false },
  ]).added;
  if (added === undefined) throw new Error('not added');
  messageId = added;
  store.bodies.put(messageId, { ...parseSource(source), source });
  close();
  engine = startEngineHere({
    keychainService,
    directory,
    temporaryDirectory: folder,
    config: { dnsServers: [world.dns.address], httpsPort: world.sites.port },
    shell(name) {
      if (name !== 'requirePress') return {};
      if (presses === 0) throw new Error('no press');
      presses -= 1;
      return {};
    },
  });
});
afterAll(async () => {
  await engine?.stop();
  await world?.stop();
  await run.remove();
});
beforeEach(() => {
  presses = 0;
  world.reset({
    pages: {
      [PICTURE]: Buffer.from(png(4, 4, 120)),
      [OUT]: (_request, response) => void response.writeHead(202).end(),
    },
    zone: { 'lab._domainkey.sender.example': { TXT: [key.record] } },
  });
});

it('tells who it is from without asking anybody', async () => {
  const [trust] = await engine.ask('messages.getTrust', { messageIds: [messageId] });
  expect(trust).toMatchObject({
    verdict: 'unknown',
    canCheck: true,
    isFirst: true,
    bulk: 'bulk',
    unsubscribe: { kind: 'one-click', host: SITE },
    loadsPictures: false,
  });
  expect([world.dns.questions, world.sites.requests]).toEqual([[], []]);
});

it('asks nobody without a press', async () => {
  const input = { messageId };
  expect((await engine.request('messages.checkSignature', input)).ok).toBe(false);
  expect((await engine.request('messages.loadPictures', { ...input, always: true })).ok).toBe(false);
  expect((await engine.request('messages.unsubscribe', input)).ok).toBe(false);
  expect([world.dns.questions, world.sites.requests]).toEqual([[], []]);
});

it('checks the signature, loads the pictures and leaves the list after a press each, and tells whom it asked', async () => {
  presses = 3;
  expect(await engine.ask('messages.checkSignature', { messageId })).toMatchObject({
    verdict: 'verified',
    domain: 'sender.example',
    checkedBy: 'program',
  });
  const loaded = await engine.ask('messages.loadPictures', { messageId, always: true });
  expect([Object.keys(loaded.pictures), loaded.failed]).toEqual([[PICTURE], 0]);
  expect(await engine.ask('messages.unsubscribe', { messageId })).toEqual({ host: SITE });
  expect(world.sites.requests.map(({ url }) => url)).toEqual([PICTURE, OUT]);
  expect(presses).toBe(0);

  const { items, hosts } = await engine.ask('privacy.dataMap', {});
  expect(items.find(({ name }) => name === 'pictures')?.count).toBe(1);
  expect(hosts.map(({ host, reason }) => `${reason} ${host}`).sort()).toEqual([
    `pictures ${SITE}`,
    `unsubscribe ${SITE}`,
  ]);

  // From now on they come by themselves, and out of what is kept.
  const [trust] = await engine.ask('messages.getTrust', { messageIds: [messageId] });
  expect(trust?.loadsPictures).toBe(true);
  const again = await engine.ask('messages.loadPictures', { messageId, always: false });
  expect(again).toEqual(loaded);
  expect(world.sites.requests).toHaveLength(2);

  expect(await engine.ask('senders.list', {})).toMatchObject([{ address: 'news@sender.example' }]);
  await engine.ask('senders.forget', { address: 'news@sender.example' });
  expect(await engine.ask('senders.list', {})).toEqual([]);
});
