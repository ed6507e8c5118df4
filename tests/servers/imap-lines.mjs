// @ts-check
// What a client of IMAP says, line by line (RFC 9051 §2.2.1).

/**
 * Command lines with their literals; an IDLE is held open until its DONE.
 * @param {import('node:net').Socket} socket
 * @param {(isIdle: boolean) => void} onIdle
 * @returns {AsyncGenerator<{ line: string, literals: Buffer[] }>}
 */
export async function* commandsOf(socket, onIdle) {
  let rest = Buffer.alloc(0);
  let line = '';
  let wanted = 0;
  let idleTag = '';
  /** @type {Buffer[]} */
  let literals = [];
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      if (wanted > 0) {
        if (rest.length < wanted) break;
        literals.push(rest.subarray(0, wanted));
        rest = rest.subarray(wanted);
        wanted = 0;
      }
      const end = rest.indexOf('\r\n');
      if (end < 0) break;
      const text = rest.subarray(0, end).toString('latin1');
      rest = rest.subarray(end + 2);
      line += text;
      const [, size, plus] = /\{(\d+)(\+?)\}$/.exec(text) ?? [];
      if (size !== undefined) {
        wanted = Number(size);
        if (plus === '') socket.write('+ go on\r\n');
        continue;
      }
      const whole = { line, literals };
      line = '';
      literals = [];
      if (/^\S+ AUTHENTICATE \S+$/i.test(whole.line)) {
        line = `${whole.line} `;
        socket.write('+ \r\n');
      } else if (idleTag !== '') {
        onIdle(false);
        yield { line: `${idleTag} IDLE`, literals: [] };
        idleTag = '';
      } else if (/^\S+ IDLE$/i.test(whole.line)) {
        idleTag = whole.line.split(' ')[0] ?? '';
        socket.write('+ idling\r\n');
        onIdle(true);
      } else yield whole;
    }
  }
}

/** Atoms and quoted strings of a line. @param {string} text */
export function words(text) {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, atom]) =>
    quoted === undefined ? (atom ?? '') : quoted.replace(/\\(.)/g, '$1'),
  );
}
