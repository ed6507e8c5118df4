/** A message as large as servers take them: it is read and its attachment saved in pieces, and the engine stays small. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { MAYA, startKillWorld } from './kill-world.ts';
import { createFindings, type Findings } from './tally.ts';
import { viewEngine } from './views.ts';

const LINE = 76;
/** Beyond what the engine takes without the message. */
const MOST_MORE = 250_000_000;
const PATIENCE = 60_000;

export async function runLargeMessage({
  megabytes,
  tell,
}: {
  megabytes: number;
  tell?: (line: string) => void;
}): Promise<Findings> {
  const findings = createFindings(tell);
  findings.tally.rounds = 1;
  const world = await startKillWorld();
  try {
    const engine = world.start();
    const opened = await engine.opened();
    if (opened !== true) throw new Error(`not opened: ${opened}`);
    const before = await engine.peakMemory();
    const content = Buffer.alloc(Math.round((megabytes * 1_000_000 * 3) / 4), 'a large attachment ');
    const head = `Message-ID: <large@lab.test>\r\nFrom: ada@lab.test\r\nTo: ${MAYA}\r\nSubject: Large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/octet-stream; name=large.bin\r\nContent-Disposition: attachment; filename=large.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
    const lines = content.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
    await world.lab.dovecot.store(MAYA, [{ raw: Buffer.from(`${head}${lines.join('\r\n')}\r\n--b--\r\n`) }]);

    const messageId = await (async () => {
      for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
        const found = (await viewEngine(engine))?.messages.get('<large@lab.test>');
        if (found) return found.messageId;
      }
      return undefined;
    })();
    if (messageId === undefined) {
      findings.note('lost', 'the large message is not shown');
      return findings;
    }
    const body = await engine.ask('messages.getBody', { messageId });
    if (!body?.ok)
      findings.note('unexplained', `its text cannot be read: ${body?.code ?? 'the engine ended'}`);
    else if (!body.value.text?.includes('See the file.'))
      findings.note('unexplained', 'its text is not shown');
    const part = body?.ok ? (body.value.attachments[0]?.part ?? 0) : 0;
    const saved = await engine.ask('messages.saveAttachment', { messageId, part });
    if (!saved?.ok)
      findings.note('unexplained', `its attachment cannot be saved: ${saved?.code ?? 'the engine ended'}`);
    else if ((await fileHash(world.savePath)) !== createHash('sha256').update(content).digest('hex')) {
      findings.note('unsound', `the saved file is another (${statSync(world.savePath).size} bytes)`);
    }
    const more = (await engine.peakMemory()) - before;
    tell?.(`${megabytes} MB: ${Math.round(more / 1e6)} MB more memory`);
    if (more > MOST_MORE) findings.note('unexplained', `the engine took ${Math.round(more / 1e6)} MB more`);
    for (const line of engine.complaints()) findings.note('unexplained', line.slice(0, 400));
    await (await engine.engine).stop();
    return findings;
  } finally {
    await world.stop();
  }
}

async function fileHash(path: string): Promise<string> {
  const hash: Hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
