/**
 * A resolver that one program alone asks: the program is started in a mount namespace of its own, in which resolv.conf
 * names the recorder. So every look-up of any of its processes is heard there, whoever makes it: Chromium, Node or the C library.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Recorder, startRecorder } from '../servers/recorder.mjs';
import type { RunFolder } from '../servers/run-folder.mjs';

export type PrivateResolver = {
  recorder: Recorder;
  /** The program that starts `target` with this resolver. */
  wrap(target: string): string;
};

/** Starts the recorder behind it. */
export async function startPrivateResolver(run: RunFolder): Promise<PrivateResolver> {
  if (process.getuid?.() !== 0) throw new Error('Port 53 and the mount need root: run this lane as root.');
  // All of 127.0.0.0/8 is this machine: an address of our own lets several tests have a port 53.
  const address = `127.53.${(process.pid >> 8) & 255}.${process.pid & 255}`;
  const recorder = await startRecorder({ dnsAddress: address });
  run.onRemove(recorder.stop);
  const resolvConf = join(run.path, 'resolv.conf');
  writeFileSync(resolvConf, `nameserver ${address}\noptions timeout:1 attempts:1\n`);
  return {
    recorder,
    wrap(target) {
      const script = join(run.path, `with-resolver-${recorder.port}`);
      const inside = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
      writeFileSync(
        script,
        `#!/bin/sh\nexec unshare --mount --propagation private sh -c '${inside}' '${resolvConf}' '${target}' "$@"\n`,
      );
      chmodSync(script, 0o755);
      return script;
    },
  };
}
