/** A server that contradicts itself: what it says wrongly must cost no message, and what is true must be found in the end. */
import { describe, expect, it } from 'vitest';
import { rawMessage } from '../integration/imap-lab.ts';
import { messagesIn } from '../integration/sync-world.ts';
import { QRESYNC_CAPABILITIES } from '../servers/scripted-imap.mjs';
import { scriptedWorld, USER } from './scripted-world.ts';

const scripted = scriptedWorld({ capabilities: QRESYNC_CAPABILITIES });
const subjects = () =>
  scripted
    .inbox()
    .map(({ subject }) => subject)
    .sort();
const mailbox = () => scripted.server.mailbox(USER, 'INBOX');

async function withThree(): Promise<void> {
  for (const subject of ['A', 'B', 'C']) scripted.deliver(subject);
  await scripted.settle();
}

/** News that is true, so that everything said before it has been read. */
async function untilNews(subject: string): Promise<void> {
  scripted.deliver(subject);
  await scripted.world.until(`${subject}`, () => subjects().includes(subject));
}

describe('a server that lies', () => {
  it('by telling that unknown messages vanished costs no other one', async () => {
    await withThree();
    scripted.server.shout('* VANISHED 900:999');
    scripted.server.shout('* VANISHED (EARLIER) 500');
    await untilNews('D');
    expect(subjects()).toEqual(['A', 'B', 'C', 'D']);
  });

  it('by telling that there are fewer messages than there are costs none', async () => {
    await withThree();
    scripted.server.shout('* 1 EXISTS');
    scripted.server.shout('* 0 EXISTS');
    scripted.server.closeAll();
    await untilNews('D');
    expect(subjects()).toEqual(['A', 'B', 'C', 'D']);
  });

  it('by telling the same message twice shows it once', async () => {
    for (const subject of ['A', 'B']) scripted.deliver(subject);
    scripted.server.script(
      /^(UID )?FETCH/,
      ({ say }, pass) => {
        say('* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (3))');
        say('* 2 FETCH (UID 1 FLAGS () MODSEQ (3))');
        return pass();
      },
      3,
    );
    await scripted.settle();
    await untilNews('C');
    expect(subjects()).toEqual(['A', 'B', 'C']);
  });

  it('by naming a next UID that is taken already misses no new message', async () => {
    await withThree();
    scripted.server.script(
      /^SELECT/,
      ({ say }, pass) => {
        const tagged = pass();
        say('* OK [UIDNEXT 2] ok');
        return tagged;
      },
      20,
    );
    scripted.server.closeAll();
    await untilNews('D');
    expect(subjects()).toEqual(['A', 'B', 'C', 'D']);
  });

  it('by setting its mod-sequence back is found out: flags and messages are right afterwards', async () => {
    await withThree();
    scripted.flag('A', '\\Flagged');
    await scripted.world.until(
      'nothing pending',
      () => scripted.store.operations.pending(scripted.account).flags === 0,
    );
    const { messages } = mailbox();
    for (const message of messages) Object.assign(message, { modseq: 1 });
    messages[1]?.flags.add('\\Flagged');
    messages.splice(2, 1);
    mailbox().highestModseq = 1;
    scripted.server.closeAll();
    await scripted.world.until('the flag', () =>
      scripted.inbox().some(({ subject, flags }) => subject === 'B' && flags.includes('\\Flagged')),
    );
    await scripted.world.until('the expunge', () => subjects().join() === 'A,B');
  });

  it('by giving a mailbox another UIDVALIDITY in the middle of a change never changes another message', async () => {
    await withThree();
    await scripted.world.sync.stop();
    scripted.flag('A', '\\Flagged');
    scripted.move('B', 'Archive');
    const inbox = mailbox();
    // The same numbers, other messages: A is now 3, and 1 is somebody else.
    inbox.uidValidity = 77;
    inbox.messages = [];
    inbox.uidNext = 1;
    for (const subject of ['Innocent', 'C', 'A', 'B']) {
      scripted.server.deliver(USER, 'INBOX', rawMessage({ id: `${subject}@lab.test`, subject }));
    }
    await scripted.restart();
    await scripted.world.until('nothing pending', () => {
      const { flags, move } = scripted.store.operations.pending(scripted.account);
      return flags + move === 0;
    });
    const state = inbox.messages.map(({ raw, flags }) => [
      /Subject: (.*)/.exec(raw)?.[1],
      flags.has('\\Flagged'),
    ]);
    expect(state).toEqual([
      ['Innocent', false],
      ['C', false],
      ['A', true],
    ]);
    expect(scripted.server.mailbox(USER, 'Archive').messages).toHaveLength(1);
    await scripted.world.until('all here', () => subjects().join() === 'A,C,Innocent');
    await scripted.world.until(
      'B there',
      () => messagesIn(scripted.store, scripted.account, 'Archive').length === 1,
    );
  });
});

describe('a server that says what cannot be', () => {
  it.each([
    ['an answer to a command that was never given', 'ZZ99 OK you are welcome'],
    ['half a line', '* 1 FETCH (UID 1 FLAGS (\\Seen'],
    ['a negative literal', '* 1 FETCH (UID 1 BODY[] {-1}'],
    ['a literal without measure', '* 1 FETCH (UID 1 BODY[] {99999999999}'],
    ['brackets without end', `* 1 FETCH ${'('.repeat(100_000)}`],
    ['a message at place 0', '* 0 FETCH (UID 0 FLAGS ())'],
    ['bytes that are no text', '* \u0000\u0001\u00ff\u00fe 1'],
    ['numbers beyond all', '* 99999999999999999999 EXISTS'],
  ])('(%s) is left if need be, and loses nothing', async (_what, line) => {
    await withThree();
    scripted.server.shout(line);
    await untilNews('D');
    expect(subjects()).toEqual(['A', 'B', 'C', 'D']);
    expect(mailbox().messages).toHaveLength(4);
  });

  it('(nothing at all, to a command) is left after its time, and the change arrives over another connection', async () => {
    await withThree();
    scripted.server.script(/^UID STORE/, () => undefined);
    scripted.flag('A', '\\Flagged');
    await scripted.world.until(
      'nothing pending',
      () => scripted.store.operations.pending(scripted.account).flags === 0,
    );
    expect(mailbox().messages[0]?.flags.has('\\Flagged')).toBe(true);
  });

  it('(the answer to another command) is left, and the change arrives', async () => {
    await withThree();
    scripted.server.script(/^UID STORE/, ({ say }) => {
      say('WRONG1 OK done');
      return undefined;
    });
    scripted.flag('A', '\\Flagged');
    await scripted.world.until(
      'nothing pending',
      () => scripted.store.operations.pending(scripted.account).flags === 0,
    );
    expect(mailbox().messages[0]?.flags.has('\\Flagged')).toBe(true);
  });

  it('(its greeting a byte at a time) is left after its time', async () => {
    scripted.deliver('A');
    scripted.server.setGreeting('');
    const drops = setInterval(() => scripted.server.shoutRaw('*'), 100);
    scripted.world.sync.start();
    await scripted.world.until('offline', () => scripted.world.sync.state(scripted.account) === 'offline');
    clearInterval(drops);
    scripted.server.setGreeting('* OK ready');
    await scripted.settle();
  });

  it('(a thousand changes a second) is heard without being buried', async () => {
    await withThree();
    const before = scripted.server.lines.length;
    for (let n = 0; n < 5_000; n += 1) {
      scripted.server.shout(`* ${(n % 3) + 1} FETCH (UID ${(n % 3) + 1} FLAGS (\\Seen) MODSEQ (${n + 10}))`);
      scripted.server.shout('* 3 EXISTS');
    }
    await untilNews('D');
    expect(subjects()).toEqual(['A', 'B', 'C', 'D']);
    // Told together, not one question for each.
    expect(scripted.server.lines.length - before).toBeLessThan(300);
  });
});
