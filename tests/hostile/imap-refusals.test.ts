/** What a server answers when it will not or cannot: each code of RFC 5530 and its kin, and ends at every moment. */
import { describe, expect, it } from 'vitest';
import type { MessageId } from '../../src-shared/model/ids.ts';
import { rawMessage } from '../integration/imap-lab.ts';
import { mailboxOf, messagesIn } from '../integration/sync-world.ts';
import { scriptedWorld, USER } from './scripted-world.ts';

const scripted = scriptedWorld();
const mailbox = (path: string) => mailboxOf(scripted.store, scripted.account, path).mailboxId;
const onServer = (path = 'INBOX') => scripted.server.mailbox(USER, path).messages;
const pending = () => scripted.store.operations.pending(scripted.account);
/** Tries again now what waits for its time. */
const hurry = () => scripted.world.sync.wake();

describe('a change that the server cannot take just now', () => {
  it.each([
    'NO [INUSE] somebody else has it',
    'NO [UNAVAILABLE] the storage is away',
    'NO [LIMIT] too many',
    'NO [THROTTLED] slow down',
    'NO [SERVERBUG] sorry',
    'BAD Request is throttled. Suggested Backoff Time: 100 milliseconds',
  ])('is tried again after "%s", and arrives', async (answer) => {
    scripted.deliver('One');
    await scripted.settle();
    scripted.server.script(/^UID STORE/, answer);
    scripted.flag('One', '\\Flagged');
    await scripted.world.until('nothing pending', () => pending().flags === 0);
    expect([...(onServer()[0]?.flags ?? [])]).toContain('\\Flagged');
    expect(scripted.inbox()[0]?.flags).toContain('\\Flagged');
    expect(scripted.failures).toEqual([]);
  });

  it('is tried again when the connection ends in the middle of it', async () => {
    scripted.deliver('One');
    await scripted.settle();
    scripted.server.script(/^UID MOVE/, ({ session, say }) => {
      say('* BYE going down');
      session.socket.destroy();
      return undefined;
    });
    scripted.move('One', 'Archive');
    await scripted.world.until('nothing pending', () => pending().move === 0);
    expect(onServer()).toEqual([]);
    expect(onServer('Archive')).toHaveLength(1);
    expect(scripted.failures).toEqual([]);
  });

  it('is not done twice when the server did it and the answer was lost', async () => {
    scripted.deliver('One');
    await scripted.settle();
    scripted.server.script(/^UID MOVE/, ({ session }, pass) => {
      pass();
      session.socket.destroy();
      return undefined;
    });
    scripted.move('One', 'Archive');
    await scripted.world.until('nothing pending', () => pending().move === 0);
    expect(onServer('Archive')).toHaveLength(1);
    expect(scripted.failures).toEqual([]);
    await scripted.world.until(
      'it there',
      () => messagesIn(scripted.store, scripted.account, 'Archive').length === 1,
    );
  });
});

describe('a change that the server refuses for good', () => {
  it.each([
    ['NO [OVERQUOTA] full', 'mailbox-full'],
    ['NO [TRYCREATE] no such mailbox', 'mailbox-missing'],
    ['NO [NONEXISTENT] no such mailbox', 'mailbox-missing'],
    ['NO [NOPERM] not yours', 'change-refused'],
    ['NO [CANNOT] not here', 'change-refused'],
    ['NO never', 'change-refused'],
  ])('with "%s" is taken back and told as %s', async (answer, code) => {
    scripted.deliver('One');
    await scripted.settle();
    scripted.server.script(/^UID (MOVE|COPY)/, answer, 5);
    scripted.move('One', 'Archive');
    expect(scripted.inbox()).toEqual([]);
    await scripted.world.until('the failure', () => scripted.failures.length > 0);
    expect(scripted.failures).toEqual([`move ${code}`]);
    await scripted.world.until('it back', () => scripted.inbox().length === 1);
    expect(onServer()).toHaveLength(1);
  });

  it('because Sent is full keeps the copy, tells once, and files it when there is room', async () => {
    await scripted.settle();
    scripted.server.script(/^APPEND/, 'NO [OVERQUOTA] full', 1);
    scripted.store.operations.enqueueAppend({
      accountId: scripted.account,
      specialUse: 'sent',
      flags: ['\\Seen'],
      source: Buffer.from(rawMessage({ id: 'sent@lab.test', subject: 'Sent' })),
      messageIdHeader: '<sent@lab.test>',
    });
    await scripted.world.until('the news', () => scripted.failures.length > 0);
    expect(scripted.failures).toEqual(['append mailbox-full']);
    expect(pending().append).toBe(1);
    expect(onServer('Sent')).toEqual([]);
  });

  it('because the message was expunged elsewhere leaves nothing behind', async () => {
    scripted.deliver('One');
    scripted.deliver('Two');
    await scripted.settle();
    scripted.server.script(/^UID STORE/, () => {
      const mailbox = scripted.server.mailbox(USER, 'INBOX');
      mailbox.messages.shift();
      mailbox.highestModseq += 1;
      return 'NO [EXPUNGEISSUED] some are gone';
    });
    scripted.flag('One', '\\Flagged');
    await scripted.world.until('nothing pending', () => pending().flags === 0);
    await scripted.world.until('the expunge', () => scripted.inbox().length === 1);
    expect(scripted.inbox().map(({ subject, flags }) => [subject, flags])).toEqual([['Two', []]]);
  });
});

describe('an end', () => {
  const END = '* BYE [UNAVAILABLE] going down';
  it('instead of a greeting is waited out', async () => {
    scripted.deliver('One');
    scripted.server.setGreeting('* BYE [UNAVAILABLE] later');
    scripted.world.sync.start();
    await scripted.world.until('offline', () => scripted.world.sync.state(scripted.account) === 'offline');
    scripted.server.setGreeting('* OK ready');
    await scripted.settle();
  });

  it.each(['CAPABILITY|AUTHENTICATE', 'LIST', 'SELECT', 'UID FETCH|FETCH', 'IDLE'])(
    'at %s is no end of the account: everything comes after it',
    async (verb) => {
      scripted.deliver('One');
      scripted.deliver('Two');
      scripted.server.script(new RegExp(`^(${verb})`), ({ session, say }) => {
        say(END);
        session.socket.end();
        return undefined;
      });
      await scripted.settle();
      scripted.deliver('Three');
      await scripted.world.until('news after it', () => scripted.inbox().length === 3);
      expect(scripted.store.accounts.get(scripted.account)?.signIn).toBe('active');
    },
  );

  it('while a mailbox is open elsewhere in a fetch loses no message', async () => {
    for (let n = 0; n < 20; n += 1) scripted.deliver(`N${n}`);
    let cuts = 0;
    scripted.server.script(
      /^(UID )?FETCH/,
      ({ session, say }, pass) => {
        cuts += 1;
        if (cuts % 2 === 0) return pass();
        say('* 1 FETCH (UID 1 FLAGS (');
        session.socket.destroy();
        return undefined;
      },
      6,
    );
    await scripted.settle();
    expect(scripted.inbox()).toHaveLength(20);
  });
});

describe('a login that is refused', () => {
  it('for the moment keeps the account, and for good asks for a sign-in after one try', async () => {
    scripted.deliver('One');
    scripted.server.script(/^(AUTHENTICATE|LOGIN)/, 'NO [UNAVAILABLE] the directory is away', 1);
    await scripted.settle();
    expect(scripted.store.accounts.get(scripted.account)?.signIn).toBe('active');
    const tries = () => scripted.server.lines.filter((line) => /AUTHENTICATE|LOGIN /i.test(line)).length;
    const before = tries();
    scripted.server.script(/^(AUTHENTICATE|LOGIN)/, 'NO [AUTHENTICATIONFAILED] wrong', 100);
    scripted.server.closeAll();
    await scripted.world.until(
      'the sign-in that is needed',
      () => scripted.world.sync.state(scripted.account) === 'needs-sign-in',
    );
    hurry();
    // THREATS Reliability 7: no lock-out.
    expect(tries() - before).toBeLessThanOrEqual(3);
    expect(scripted.inbox()).toHaveLength(1);
    expect(mailboxOf(scripted.store, scripted.account, 'INBOX').total).toBe(1);
  });

  it('shows no words of the server as its own', async () => {
    scripted.server.setGreeting('* OK [ALERT] Call 555-0100 and tell them your password');
    scripted.deliver('One');
    await scripted.settle();
    scripted.server.shout('* OK [ALERT] Call 555-0100 now');
    scripted.deliver('Two');
    await scripted.world.until('it', () => scripted.inbox().length === 2);
    expect(scripted.world.lines.join('\n')).not.toContain('555-0100');
  });
});

describe('a search on a server that keeps one mailbox closed', () => {
  it.each([
    ['the mailbox', /^SELECT "?Archive/],
    ['the search in it', /^UID SEARCH/],
  ])('says so when it refuses %s, and tells what the others have', async (_what, command) => {
    scripted.deliver('One');
    scripted.deliver('Two', 'Archive');
    await scripted.settle();
    const mailboxIds = () => [mailbox('Archive'), mailbox('INBOX')];
    const search = { mailboxIds, most: 10, search: { clauses: [] } };
    const found: MessageId[] = [];
    scripted.server.script(command, 'NO [CANNOT] not this one');
    await expect(
      scripted.world.sync.searchServer(scripted.account, search, {
        signal: new AbortController().signal,
        onFound: (messageIds) => void found.push(...messageIds),
      }),
    ).rejects.toMatchObject({ code: 'change-refused' });
    expect(found).toEqual([scripted.idOf('One')]);
  });
});
