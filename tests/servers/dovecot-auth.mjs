// @ts-check
// Lets another server ask Dovecot whether somebody is who they say, in Dovecot's authentication protocol 1.2, as Postfix does.
import net from 'node:net';

/**
 * Answers with a function for `startScriptedSmtp({ authenticate })`.
 * @param {string} socketPath of a running Dovecot: `dovecot.authSocket`
 * @returns {import("./scripted-smtp.mjs").Authenticate}
 */
export function authenticateByDovecot(socketPath) {
  return async (mechanism, first, ask) => {
    const socket = net.connect(socketPath);
    const lines = linesOf(socket);
    try {
      socket.write(`VERSION\t1\t2\nCPID\t${process.pid}\n`);
      for (;;) if ((await next(lines)) === 'DONE') break;
      socket.write(`AUTH\t1\t${mechanism}\tservice=smtp\tsecured\tresp=${first ?? '='}\n`);
      for (;;) {
        const [verb, , ...rest] = (await next(lines)).split('\t');
        if (verb === 'CONT') socket.write(`CONT\t1\t${await ask(rest[0] ?? '')}\n`);
        else if (verb === 'OK') {
          // SMTP has no place for words of the server in its 235: they go in one more challenge (RFC 4954 §4).
          const last = rest.find((one) => one.startsWith('resp='));
          if (last === undefined) return true;
          return (await ask(last.slice('resp='.length))) === '';
        } else return false;
      }
    } finally {
      socket.destroy();
    }
  };
}

/** @param {AsyncGenerator<string>} lines */
async function next(lines) {
  const { value, done } = await lines.next();
  if (done) throw new Error('Dovecot hung up');
  return /** @type {string} */ (value);
}

/** @param {net.Socket} socket */
async function* linesOf(socket) {
  let rest = '';
  for await (const chunk of socket) {
    rest += chunk.toString('utf8');
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
