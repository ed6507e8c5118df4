// @ts-check
// An IMAP server for what no real one will say. Left alone it behaves: a few mailboxes in memory for each user, whatever the
// password. Every step can be overridden: by another line, by lies, by silence, by an end.
import net from 'node:net';
import tls from 'node:tls';
import { addMessage, fetchItems, headerOf, inSet, newMailbox } from './imap-answers.mjs';
import { commandsOf, words } from './imap-lines.mjs';
import { listenOnLoopback } from './net.mjs';

/** @typedef {import('./imap-answers.mjs').ScriptedMailbox} ScriptedMailbox */
/**
 * One connection. `known` holds the UIDs in the order in which the client has heard of them.
 * @typedef {object} Session
 * @property {net.Socket} socket
 * @property {string} user
 * @property {ScriptedMailbox | undefined} mailbox
 * @property {number[]} known
 * @property {number} modseq up to which the client knows flags
 * @property {boolean} isIdle
 * @property {boolean} hasQresync
 */
/**
 * A command on its way to its answer. `say` writes lines before the tagged one.
 * @typedef {object} Command
 * @property {string} tag
 * @property {string} verb upper case, with UID in front where it was
 * @property {string} args
 * @property {Buffer[]} literals
 * @property {Session} session
 * @property {(text: string) => void} say
 */
/**
 * What stands in for the usual course. A string is the tagged answer without its tag ("NO [INUSE] later"); a function may say
 * anything and answers with the tagged answer, or with undefined: then no tagged answer comes at all. `pass` first lets the
 * usual course happen and answers with its tagged answer.
 * @typedef {string | ((command: Command, pass: () => string) => string | undefined | Promise<string | undefined>)} Step
 */
/** @typedef {Awaited<ReturnType<typeof startScriptedImap>>} ScriptedImap */

export const PLAIN_CAPABILITIES =
  'IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ IDLE UIDPLUS MOVE SPECIAL-USE LIST-STATUS';
export const QRESYNC_CAPABILITIES = `${PLAIN_CAPABILITIES} ENABLE CONDSTORE QRESYNC`;

/**
 * @param {{ certs?: { key: string, cert: string }, capabilities?: string, greeting?: string }} [options]
 */
export async function startScriptedImap({ certs, capabilities = PLAIN_CAPABILITIES, greeting } = {}) {
  /** @type {Map<string, Map<string, ScriptedMailbox>>} */
  const users = new Map();
  /** @type {Set<Session>} */
  const sessions = new Set();
  /** @type {{ verb: RegExp, step: Step, times: number }[]} */
  const steps = [];
  /** Every command line, of all connections. @type {string[]} */
  const lines = [];
  let connections = 0;
  let welcome = greeting ?? `* OK [CAPABILITY ${capabilities}] ready`;

  /** @param {string} user */
  function mailboxesOf(user) {
    const there = users.get(user);
    if (there) return there;
    const uses = ['Drafts', 'Sent', 'Archive', 'Junk', 'Trash'];
    const made = new Map([
      ['INBOX', newMailbox('INBOX')],
      ...uses.map((name) => /** @type {const} */ ([name, newMailbox(name, `\\${name}`)])),
    ]);
    users.set(user, made);
    return made;
  }

  /** Tells a client what has changed in its open mailbox. @param {Session} session */
  function tellNews(session) {
    const { mailbox, socket } = session;
    if (!mailbox || !socket.writable) return;
    const gone = session.known.filter((uid) => !mailbox.messages.some((one) => one.uid === uid));
    if (session.hasQresync && gone.length > 0) socket.write(`* VANISHED ${gone.join(',')}\r\n`);
    for (const uid of gone) {
      const at = session.known.indexOf(uid);
      session.known.splice(at, 1);
      if (!session.hasQresync) socket.write(`* ${at + 1} EXPUNGE\r\n`);
    }
    if (mailbox.messages.length > session.known.length)
      socket.write(`* ${mailbox.messages.length} EXISTS\r\n`);
    for (const [index, message] of mailbox.messages.entries()) {
      if (message.modseq <= session.modseq || !session.known.includes(message.uid)) continue;
      socket.write(
        `* ${index + 1} FETCH (${fetchItems(message, session.hasQresync ? 'FLAGS MODSEQ' : 'FLAGS', true)})\r\n`,
      );
    }
    session.known = mailbox.messages.map(({ uid }) => uid);
    session.modseq = mailbox.highestModseq;
  }

  const tellIdle = () => {
    for (const session of sessions) if (session.isIdle) tellNews(session);
  };

  /** @param {net.Socket} socket */
  async function serve(socket) {
    connections += 1;
    /** @type {Session} */
    const session = {
      socket,
      user: '',
      mailbox: undefined,
      known: [],
      modseq: 0,
      isIdle: false,
      hasQresync: false,
    };
    sessions.add(session);
    socket.on('error', () => {}).on('close', () => sessions.delete(session));
    if (welcome !== '') socket.write(`${welcome}\r\n`);
    const onIdle = (/** @type {boolean} */ isIdle) => {
      session.isIdle = isIdle;
      if (isIdle) tellNews(session);
    };
    for await (const { line, literals } of commandsOf(socket, onIdle)) {
      const [, tag = '', verb = '', args = ''] = /^(\S+) ((?:UID )?\S+) ?(.*)$/is.exec(line) ?? [];
      lines.push(line);
      /** @type {Command} */
      const command = {
        tag,
        verb: verb.toUpperCase(),
        args,
        literals,
        session,
        say: (text) => void (socket.writable && socket.write(`${text}\r\n`)),
      };
      const found = steps.find((one) => one.times > 0 && one.verb.test(`${command.verb} ${args}`));
      if (found) found.times -= 1;
      const pass = () => answer(command);
      const tagged = !found
        ? pass()
        : typeof found.step === 'string'
          ? found.step
          : await found.step(command, pass);
      if (!found && !/^(FETCH|STORE|SEARCH)$/.test(command.verb)) tellNews(session);
      if (tagged !== undefined && socket.writable) socket.write(`${tag} ${tagged}\r\n`);
      tellIdle();
      if (command.verb === 'LOGOUT') socket.end();
    }
  }

  /** @param {Command} command @returns {string} */
  function answer(command) {
    const { verb, args, session, say } = command;
    switch (verb) {
      case 'CAPABILITY':
        say(`* CAPABILITY ${capabilities}`);
        return 'OK done';
      case 'AUTHENTICATE':
        session.user =
          Buffer.from(args.split(' ')[1] ?? '', 'base64')
            .toString()
            .split('\0')[1] ?? '';
        return `OK [CAPABILITY ${capabilities}] in`;
      case 'LOGIN':
        session.user = words(args)[0] ?? '';
        return `OK [CAPABILITY ${capabilities}] in`;
      case 'ENABLE':
        session.hasQresync = /QRESYNC/i.test(args);
        say(`* ENABLED ${args}`);
        return 'OK done';
      case 'LIST':
      case 'LSUB':
        return list(command);
      case 'STATUS':
        return status(command, words(args)[0] ?? '');
      case 'SELECT':
      case 'EXAMINE':
        return select(command);
      case 'CLOSE':
      case 'UNSELECT':
        session.mailbox = undefined;
        return 'OK done';
      case 'CREATE': {
        const [path = ''] = words(args);
        mailboxesOf(session.user).set(path, newMailbox(path));
        return 'OK done';
      }
      case 'APPEND':
        return append(command);
      case 'IDLE':
        return 'OK idle is over';
      case 'FETCH':
      case 'UID FETCH':
        return fetch(command);
      case 'UID SEARCH':
      case 'SEARCH':
        return search(command);
      case 'UID STORE':
        return store(command);
      case 'UID MOVE':
      case 'UID COPY':
        return transfer(command);
      case 'UID EXPUNGE':
      case 'EXPUNGE':
        return expunge(command);
      case 'LOGOUT':
        say('* BYE see you');
        return 'OK done';
      default:
        return ['NOOP', 'CHECK', 'SUBSCRIBE', 'UNSUBSCRIBE', 'ID', 'NAMESPACE'].includes(verb)
          ? 'OK done'
          : 'BAD what?';
    }
  }

  /** @param {Command} command */
  function list({ verb, args, session, say }) {
    const [, pattern = ''] = words(args.replace(/^\([^)]*\) /, ''));
    if (pattern === '') {
      say(`* ${verb} (\\Noselect) "/" ""`);
      return 'OK done';
    }
    for (const mailbox of mailboxesOf(session.user).values()) {
      if (pattern !== '*' && pattern !== '%' && pattern !== mailbox.path) continue;
      say(
        `* ${verb} (${['\\HasNoChildren', '\\Subscribed', ...(mailbox.specialUse ? [mailbox.specialUse] : [])].join(' ')}) "/" "${mailbox.path}"`,
      );
      if (/STATUS/i.test(args)) sayStatus(mailbox, args, say);
    }
    return 'OK done';
  }

  /** @param {ScriptedMailbox} mailbox @param {string} asked @param {Command['say']} say */
  function sayStatus(mailbox, asked, say) {
    const unseen = mailbox.messages.filter(({ flags }) => !flags.has('\\Seen')).length;
    const modseq = /HIGHESTMODSEQ/i.test(asked) ? ` HIGHESTMODSEQ ${mailbox.highestModseq}` : '';
    say(
      `* STATUS "${mailbox.path}" (MESSAGES ${mailbox.messages.length} UIDNEXT ${mailbox.uidNext} UIDVALIDITY ${mailbox.uidValidity} UNSEEN ${unseen}${modseq})`,
    );
  }

  /** @param {Command} command @param {string} path */
  function status({ args, session, say }, path) {
    const mailbox = mailboxesOf(session.user).get(path);
    if (!mailbox) return 'NO [NONEXISTENT] no such mailbox';
    sayStatus(mailbox, args, say);
    return 'OK done';
  }

  /** @param {Command} command */
  function select({ args, session, say }) {
    const mailbox = mailboxesOf(session.user).get(words(args)[0] ?? '');
    session.mailbox = mailbox;
    if (!mailbox) return 'NO [NONEXISTENT] no such mailbox';
    session.known = mailbox.messages.map(({ uid }) => uid);
    session.modseq = mailbox.highestModseq;
    say(`* ${mailbox.messages.length} EXISTS`);
    say('* FLAGS (\\Seen \\Flagged \\Answered \\Deleted \\Draft)');
    say('* OK [PERMANENTFLAGS (\\Seen \\Flagged \\Answered \\Deleted \\Draft \\*)] ok');
    say(`* OK [UIDVALIDITY ${mailbox.uidValidity}] ok`);
    say(`* OK [UIDNEXT ${mailbox.uidNext}] ok`);
    if (/CONDSTORE/i.test(capabilities)) say(`* OK [HIGHESTMODSEQ ${mailbox.highestModseq}] ok`);
    const [, , since] = /QRESYNC \((\d+) (\d+)/i.exec(args) ?? [];
    if (since !== undefined) {
      for (const [index, message] of mailbox.messages.entries()) {
        if (message.modseq > Number(since))
          say(`* ${index + 1} FETCH (${fetchItems(message, 'FLAGS MODSEQ', true)})`);
      }
    }
    return 'OK [READ-WRITE] open';
  }

  /** @param {Command} command */
  function append({ args, literals, session }) {
    const [path = ''] = words(args);
    const mailbox = mailboxesOf(session.user).get(path);
    if (!mailbox) return 'NO [TRYCREATE] no such mailbox';
    const flags = /\(([^)]*)\)/.exec(args)?.[1]?.split(' ').filter(Boolean) ?? [];
    const { uid } = addMessage(mailbox, literals.at(-1)?.toString('latin1') ?? '', { flags });
    return `OK [APPENDUID ${mailbox.uidValidity} ${uid}] done`;
  }

  /** @param {Command} command */
  function fetch({ verb, args, session, say }) {
    const messages = session.mailbox?.messages ?? [];
    const [set = ''] = args.split(' ');
    const [, since] = /CHANGEDSINCE (\d+)/i.exec(args) ?? [];
    for (const message of inSet(messages, set, verb.startsWith('UID'))) {
      if (since !== undefined && message.modseq <= Number(since)) continue;
      say(`* ${messages.indexOf(message) + 1} FETCH (${fetchItems(message, args, verb.startsWith('UID'))})`);
    }
    return 'OK done';
  }

  /** @param {Command} command */
  function search({ args, session, say, literals }) {
    const messages = session.mailbox?.messages ?? [];
    const [, quoted] = /HEADER "?Message-ID"? (?:"((?:[^"\\]|\\.)*)"|\S+)/i.exec(args) ?? [];
    const wanted = /HEADER/i.test(args)
      ? (literals[0]?.toString() ?? quoted ?? args.split(' ').at(-1) ?? '')
      : undefined;
    const [, set] = /UID ([\d:,*]+)/i.exec(args) ?? [];
    const found = (set === undefined ? messages : inSet(messages, set, true)).filter(
      ({ raw }) => wanted === undefined || (headerOf(raw, 'Message-ID') ?? '').includes(wanted),
    );
    say(`* SEARCH ${found.map(({ uid }) => uid).join(' ')}`.trimEnd());
    return 'OK done';
  }

  /** @param {Command} command */
  function store({ args, session, say }) {
    const { mailbox } = session;
    const [, set = '', sign = '', silent, flags = ''] =
      /^(\S+) (?:\([^)]*\) )?([+-]?)FLAGS(\.SILENT)? \(?([^)]*)\)?/i.exec(args) ?? [];
    if (!mailbox) return 'BAD nothing is open';
    for (const message of inSet(mailbox.messages, set, true)) {
      const named = flags.split(' ').filter(Boolean);
      if (sign === '') message.flags = new Set(named);
      for (const flag of named) sign === '-' ? message.flags.delete(flag) : message.flags.add(flag);
      mailbox.highestModseq += 1;
      message.modseq = mailbox.highestModseq;
      if (!silent)
        say(
          `* ${mailbox.messages.indexOf(message) + 1} FETCH (${fetchItems(message, session.hasQresync ? 'FLAGS MODSEQ' : 'FLAGS', true)})`,
        );
    }
    session.modseq = mailbox.highestModseq;
    return 'OK done';
  }

  /** @param {Command} command */
  function transfer({ verb, args, session, say }) {
    const [set = '', path = ''] = words(args);
    const from = session.mailbox;
    const to = mailboxesOf(session.user).get(path);
    if (!from) return 'BAD nothing is open';
    if (!to) return 'NO [TRYCREATE] no such mailbox';
    const moved = inSet(from.messages, set, true);
    if (moved.length === 0) return 'OK nothing to do';
    const copies = moved.map(({ raw, flags, internalDate }) => addMessage(to, raw, { flags, internalDate }));
    const code = `[COPYUID ${to.uidValidity} ${moved.map(({ uid }) => uid).join(',')} ${copies.map(({ uid }) => uid).join(',')}]`;
    if (verb === 'UID COPY') return `OK ${code} done`;
    say(`* OK ${code} done`);
    from.messages = from.messages.filter((message) => !moved.includes(message));
    from.highestModseq += 1;
    tellNews(session);
    return 'OK done';
  }

  /** @param {Command} command */
  function expunge({ verb, args, session }) {
    const { mailbox } = session;
    if (!mailbox) return 'BAD nothing is open';
    const meant = verb === 'EXPUNGE' ? mailbox.messages : inSet(mailbox.messages, args, true);
    mailbox.messages = mailbox.messages.filter((one) => !(meant.includes(one) && one.flags.has('\\Deleted')));
    mailbox.highestModseq += 1;
    tellNews(session);
    return 'OK done';
  }

  const listener = certs
    ? tls.createServer({ key: certs.key, cert: certs.cert }, (socket) => void serve(socket).catch(() => {}))
    : net.createServer((socket) => void serve(socket).catch(() => {}));
  const port = await listenOnLoopback(listener);

  return {
    port,
    lines,
    connections: () => connections,
    openConnections: () => sessions.size,
    /** What a new connection hears first; empty: nothing. @param {string} text */
    setGreeting(text) {
      welcome = text;
    },
    /** The mailbox as the server keeps it: change it, then `tell`. @param {string} user @param {string} path */
    mailbox(user, path) {
      const mailbox = mailboxesOf(user).get(path);
      if (!mailbox) throw new Error(`no mailbox ${path}`);
      return mailbox;
    },
    mailboxesOf,
    /** @param {string} user @param {string} path @param {string} raw @param {{ flags?: string[] }} [options] */
    deliver(user, path, raw, options) {
      const message = addMessage(this.mailbox(user, path), raw, options);
      tellIdle();
      return message;
    },
    /** Tells idling clients what was changed by hand. */
    tell: tellIdle,
    /** Says something to every client, out of turn. @param {string} text */
    shout(text) {
      for (const { socket } of sessions) if (socket.writable) socket.write(`${text}\r\n`, 'latin1');
    },
    /** The same without an end of the line. @param {string} text */
    shoutRaw(text) {
      for (const { socket } of sessions) if (socket.writable) socket.write(text);
    },
    /**
     * The next `times` commands whose verb and arguments fit take this course instead.
     * @param {RegExp} verb @param {Step} step @param {number} [times]
     */
    script: (verb, step, times = 1) => void steps.push({ verb, step, times }),
    closeAll() {
      for (const { socket } of sessions) socket.destroy();
    },
    /** Forgets users, steps and lines. */
    reset() {
      users.clear();
      steps.length = 0;
      lines.length = 0;
    },
    /** @returns {Promise<void>} */
    stop: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const { socket } of sessions) socket.destroy();
      }),
  };
}
