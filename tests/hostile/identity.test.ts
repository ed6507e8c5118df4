/** Who a message says it is from as mail clients were deceived about it, row by row: each trick beside an honest message that is not accused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCounting } from '../fixtures/processor-time.ts';
import { makeKey, signedMail } from '../unit/src-main/trust/signed-mail.ts';
import { kindsOf, mail, openReadingWorld, startReadingWorld } from './reading-world.ts';

const OWN = 'mx1.example.org';
const passes = (domain: string) => `${OWN}; dmarc=pass header.from=${domain}`;

/** For messages that have nothing to do with each other. */
let shared: ReturnType<typeof openReadingWorld>;
beforeAll(() => {
  shared = openReadingWorld();
});
afterAll(() => shared?.stop());

describe('a display name', () => {
  it('that is another address is told', () => {
    const world = startReadingWorld();
    const trust = world.trustOf(mail({ From: '"ceo@bank.com" <x@evil.test>' }));
    expect(trust.doubts).toContainEqual({ kind: 'name-is-address', claimed: 'ceo@bank.com' });
    expect(kindsOf(world.trustOf(mail()))).toEqual([]);
  });

  it('of an encoded word is read as it is shown', () => {
    const world = startReadingWorld();
    const trust = world.trustOf(
      mail({ From: '=?utf-8?q?ceo=40bank=2Ecom_=3Cceo=40bank=2Ecom=3E?= <x@evil.test>' }),
    );
    expect(kindsOf(trust)).toContain('name-is-address');
  });

  it('of somebody known who writes from elsewhere is told, and of the person too', () => {
    const world = startReadingWorld();
    const content = {
      name: 'Grace Hopper',
      addresses: ['grace@navy.example'],
      phones: [],
      organisation: '',
      note: '',
    };
    world.store.contacts.save(content);
    const contact = { name: 'Grace Hopper', address: 'grace@navy.example' };
    expect(world.trustOf(mail({ From: '"Hopper, Grace" <g@evil.test>' })).doubts).toContainEqual({
      kind: 'name-of-contact',
      contact,
    });
    expect(kindsOf(world.trustOf(mail({ From: 'Grace Hopper <grace@navy.example>' })))).toEqual([]);
    const like = world.trustOf(mail({ From: 'Grace <grace@navv.example>' }));
    expect(like.doubts).toContainEqual({ kind: 'lookalike', resembles: contact });
    expect(kindsOf(world.trustOf(mail({ From: 'account-1@examp1e.org' })))).toContain('lookalike');
  });
});

describe('a From that two programs read as two senders', () => {
  it.each([
    'Spoofed <s@e.test> <real@x.test>',
    'a:b@c.test;',
    'ceo@bank.com, ceo@bank.com@evil.test',
    'a@b@evil.test',
    '<@relay.test:a@evil.test>',
    '"a@evil.test x"@bank.com',
    '=?utf-8?q?ceo=40bank.com?=@evil.test',
    '"S" <valid@bank.com>:<attacker@evil.test>',
    'ceo@bank.com <x@evil.test>',
    'ceo@(\r\n comment)bank.com',
    'a@bank.com\r\nFrom: b@evil.test',
    '',
  ])('is shown as it stands and never verified: %s', (from) => {
    const world = shared;
    const results = `${OWN}; dmarc=pass`;
    const trust = world.trustOf(mail({ 'Authentication-Results': results, From: from }));
    expect(kindsOf(trust)).toContain('malformed-from');
    expect(trust).toMatchObject({ verdict: 'unknown', canCheck: false, loadsPictures: false });
  });

  it('is answered where it is shown', () => {
    const world = startReadingWorld();
    for (const from of ['Spoofed <s@e.test> <real@x.test>', '"S" <valid@bank.com>:<attacker@evil.test>']) {
      const message = world.store.messages.get(world.receive(mail({ From: from })));
      expect(message).toBeDefined();
      // There is one reading of it: what answers take over is what the head of the reader shows.
      expect(message?.replyTo).toEqual([]);
      expect(message?.from.length).toBeLessThanOrEqual(2);
    }
  });

  it('with two authors names both and is nobody’s', () => {
    const world = startReadingWorld();
    const from = 'a@bank.com, b@evil.test';
    const trust = world.trustOf(mail({ 'Authentication-Results': passes('bank.com'), From: from }));
    expect(trust.doubts).toContainEqual({
      kind: 'several-authors',
      addresses: ['a@bank.com', 'b@evil.test'],
    });
    expect(trust.verdict).toBe('unknown');
  });
});

describe('a domain of other letters', () => {
  it.each([
    ['=?utf-8?q?x?= <x@=D0=A0aypal.com>', false],
    ['x@Раypal.com', true],
    ['x@xn--ypal-43d9g.com', true],
    ['x@bank。com', true],
    ['x@ba\u00adnk.com', true],
    ['x@müller.example', false],
  ])('%s: %s', (from, isTold) => {
    const kinds = kindsOf(shared.trustOf(mail({ From: from })));
    expect(kinds.includes('mixed-scripts')).toBe(isTold);
  });

  it('that nobody can have registered is told', () => {
    const kinds = kindsOf(shared.trustOf(mail({ From: 'x@xn--zzzzzzzzzzz99999.com' })));
    expect(kinds).toContain('mixed-scripts');
  });
});

describe('signs that nobody sees', () => {
  it.each(['\u202e', '\u2066', '\u2069', '\u2800', '\u3164', '\u200b', '\u{e0041}', '\u0301'.repeat(500)])(
    'in a name are told: %j',
    (sign) => {
      const encoded = Buffer.from(`Ad${sign}a`).toString('base64');
      // A word may be 75 characters long (RFC 2047 §2); a parser that is kind takes longer ones.
      const trust = shared.trustOf(mail({ From: `=?utf-8?b?${encoded}?= <ada@sender.example>` }));
      expect(kindsOf(trust)).toContain('invisible-signs');
    },
  );
});

describe('encoded words', () => {
  it('are decoded once, never read again as a field, and in time', () => {
    const world = startReadingWorld();
    const words = '=?utf-8?q?=0d=0aBcc:_x@evil.test?= '.repeat(10_000);
    const spent = startCounting();
    const id = world.receive(
      mail({ Subject: words, From: `${words.slice(0, 60_000)} <ada@sender.example>` }),
    );
    const message = world.store.messages.get(id);
    expect(spent()).toBeLessThan(3_000);
    expect(message?.subject).not.toMatch(/[\r\n]/);
    expect(message?.from[0]?.name).not.toMatch(/[\r\n]/);
    expect(world.reading.getTrust([id])).toHaveLength(1);
  });
});

describe('Authentication-Results', () => {
  const fields = (...results: string[]) =>
    results.map((one) => `Authentication-Results: ${one}\r\n`).join('');
  const verdict = (head: string, options?: { hasPreset: boolean }) =>
    (options ? startReadingWorld(options) : shared).trustOf(`${head}${mail({ From: 'ceo@bank.com' })}`)
      .verdict;

  it('of the own server are believed', () => {
    expect(verdict(fields(passes('bank.com')))).toBe('verified');
    expect(verdict(fields(`${OWN}; dmarc=fail header.from=bank.com`))).toBe('failed');
  });

  it.each([
    ['of another server', fields('mx.evil.test; dmarc=pass header.from=bank.com')],
    ['of a server that is called almost so', fields('mx1.examp1e.org; dmarc=pass')],
    ['of a server that begins so', fields('mx1.example.org.evil.test; dmarc=pass')],
    ['of a server that ends so', fields('notexample.org; dmarc=pass')],
    ['below those of another', fields('mx.evil.test; none', passes('bank.com'))],
    ['below one that cannot be read', fields(`${OWN}; (`, passes('bank.com'))],
    ['for another domain', fields(passes('evil.test'))],
    ['for a signature of another domain', fields(`${OWN}; dkim=pass header.d=evil.test`)],
    ['of the ARC chain', `ARC-Authentication-Results: i=1; ${passes('bank.com')}\r\n`],
    ['in a comment', fields(`${OWN}; none (; dmarc=pass)`)],
    ['in a folded line of another field', `X-Note: x\r\n Authentication-Results: ${passes('bank.com')}\r\n`],
  ])('%s are not', (_title, head) => {
    expect(verdict(head)).toBe('unknown');
  });

  it('below one that failed do not help', () => {
    expect(verdict(fields(`${OWN}; dmarc=fail`, passes('bank.com')))).toBe('failed');
  });

  it('in the name of a server that writes none are not believed', () => {
    expect(verdict(fields(passes('bank.com')), { hasPreset: false })).toBe('unknown');
  });

  it('of a server without a preset are believed once it was seen to write them', () => {
    const world = startReadingWorld({ hasPreset: false });
    for (let n = 0; n < 10; n++) {
      const domain = `sender${n}.example`;
      world.receive(mail({ 'Authentication-Results': passes(domain), From: `a@${domain}` }));
    }
    const message = mail({ 'Authentication-Results': passes('bank.com'), From: 'ceo@bank.com' });
    expect(world.trustOf(message)).toMatchObject({
      verdict: 'verified',
      domain: 'bank.com',
      checkedBy: 'server',
    });
  });

  it('that one sender wrote in many names in one night do not become the habit of a server that writes none', () => {
    const world = startReadingWorld({ hasPreset: false });
    for (let n = 0; n < 30; n++) world.receive(mail({ From: `a@honest${n}.example` }));
    for (let n = 0; n < 45; n++) {
      const domain = `sender${n}.example`;
      world.receive(mail({ 'Authentication-Results': passes(domain), From: `a@${domain}` }));
    }
    const message = mail({ 'Authentication-Results': passes('bank.com'), From: 'ceo@bank.com' });
    expect(world.trustOf(message).verdict).toBe('unknown');
  });

  it('inside a message that came along are no word about the one around it', () => {
    const inner = `Content-Type: message/rfc822\r\n\r\nAuthentication-Results: ${passes('bank.com')}\r\n`;
    const body = `--b\r\n${inner}${mail({ From: 'ceo@bank.com' })}--b--\r\n`;
    const type = 'multipart/mixed; boundary=b';
    const trust = startReadingWorld().trustOf(mail({ From: 'ceo@bank.com', 'Content-Type': type }, body));
    expect(trust.verdict).toBe('unknown');
  });
});

describe('a conversation', () => {
  it('marks who comes into it from outside, not who was addressed', () => {
    const world = startReadingWorld();
    const first = '<first@sender.example>';
    const answer = { 'In-Reply-To': first, References: first, Subject: 'Re: plan' };
    world.receive(mail({ 'Message-ID': first, Subject: 'plan', To: 'bob@sender.example, me@example.org' }));
    expect(kindsOf(world.trustOf(mail({ ...answer, From: 'Bob <bob@sender.example>' })))).toEqual([]);
    const stranger = world.trustOf(mail({ ...answer, From: 'eve@evil.test' }));
    expect(kindsOf(stranger)).toContain('new-in-thread');
    expect(stranger.isFirst).toBe(true);
  });

  it('tells when answers would go elsewhere', () => {
    const world = startReadingWorld();
    const trust = world.trustOf(mail({ 'Reply-To': 'ada@evil.test' }));
    expect(trust.doubts).toContainEqual({ kind: 'reply-to-elsewhere', address: 'ada@evil.test' });
    expect(kindsOf(world.trustOf(mail({ 'Reply-To': 'help@mail.sender.example' })))).toEqual([]);
    const list = { 'List-Post': '<mailto:talk@lists.test>', 'Reply-To': 'talk@lists.test' };
    expect(kindsOf(world.trustOf(mail(list)))).toEqual([]);
  });

  it('knows who writes for the first time', () => {
    const world = startReadingWorld();
    const first = world.trustOf(mail());
    const second = world.trustOf(mail({ From: 'ADA <ADA@sender.example>' }));
    expect([first.isFirst, second.isFirst]).toEqual([true, false]);
    const isFirst = () => world.reading.getTrust([first.messageId])[0]?.isFirst;
    expect(isFirst()).toBe(true);
    // While older mail is still to come nobody can know.
    const mailboxId = world.store.messages.get(first.messageId)?.mailboxIds[0];
    if (mailboxId !== undefined) world.store.mailboxes.setSyncState(mailboxId, { backfilledTo: 500 });
    expect(isFirst()).toBe(false);
  });
});

it('the state of one message is never that of another with its key', () => {
  const world = startReadingWorld();
  const trust = world.trustOf(mail({ 'Authentication-Results': passes('sender.example') }));
  expect(trust.verdict).toBe('verified');
  const { inbox } = { inbox: world.store.messages.get(trust.messageId)?.mailboxIds[0] };
  if (inbox === undefined) throw new Error('nowhere');
  world.store.messages.removeUids(inbox, [1]);
  expect(world.reading.getTrust([trust.messageId])).toEqual([]);
});

describe('a look at the signature', () => {
  const key = makeKey();
  const txt = async () => [key.record];
  const fields: [string, string][] = [
    ['From', 'Ada <ada@sender.example>'],
    ['Message-ID', '<signed@sender.example>'],
  ];
  const look = async (message: string) => {
    const world = startReadingWorld({ txt });
    const id = world.receive(message);
    const [before] = world.reading.getTrust([id]);
    const after = await world.reading.checkSignature(id, new AbortController().signal);
    return { before, after };
  };

  it('is offered for the sender’s own domain, and proves it', async () => {
    const { before, after } = await look(signedMail(key, { fields, domain: 'sender.example' }));
    expect(before).toMatchObject({ verdict: 'unknown', canCheck: true });
    expect(after).toMatchObject({
      verdict: 'verified',
      domain: 'sender.example',
      checkedBy: 'program',
      canCheck: false,
    });
  });

  it('of another domain is not offered and proves nothing', async () => {
    const { before, after } = await look(signedMail(key, { fields, domain: 'evil.test' }));
    expect(before?.canCheck).toBe(false);
    expect(after.verdict).toBe('unknown');
  });

  it('finds what was changed on the way', async () => {
    const message = signedMail(key, { fields, domain: 'sender.example' }).replace('Hello', 'Pay me');
    expect((await look(message)).after).toMatchObject({ verdict: 'failed', checkedBy: 'program' });
  });

  it('is not deceived by a second From above the signed one', async () => {
    const message = `From: ceo@bank.com\r\n${signedMail(key, { fields, domain: 'sender.example' })}`;
    expect((await look(message)).after.verdict).toBe('unknown');
  });
});

describe('a read receipt', () => {
  it('is told of for people only, and asked of nobody', () => {
    const asks = { 'Disposition-Notification-To': 'ada@sender.example' };
    const world = startReadingWorld();
    expect(world.trustOf(mail(asks)).asksReceipt).toBe(true);
    expect(world.trustOf(mail({ ...asks, Precedence: 'bulk' })).asksReceipt).toBe(false);
  });
});

it('200 messages are judged in a moment once they were read', () => {
  const world = startReadingWorld();
  const ids = Array.from({ length: 200 }, (_, n) =>
    world.receive(
      mail({
        'Authentication-Results': passes(`sender${n % 40}.example`),
        From: `Person ${n % 40} <person@sender${n % 40}.example>`,
        Subject: `About ${n}`,
        'List-Unsubscribe': '<https://sender.example/u>, <mailto:u@sender.example>',
        'Reply-To': `help@other${n}.example`,
      }),
    ),
  );
  world.reading.getTrust(ids);
  const times = Array.from({ length: 30 }, () => {
    const spent = startCounting();
    expect(world.reading.getTrust(ids)).toHaveLength(200);
    return spent();
  }).sort((a, b) => a - b);
  // 6 ms of a fast processor.
  expect(times[0]).toBeLessThan(40);
});
