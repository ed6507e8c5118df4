/**
 * The lane with Chromium's own sandbox, as an ordinary user. All other lanes may run as root, for which Chromium has no sandbox.
 * The person here is `nobody`; the runtime and the program are shown to them in a mount namespace, because both may lie in root's home.
 */
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../scripts/lib/paths.mjs';
import { startKeychain } from '../servers/keychain.mjs';
import { processesOf } from './processes.ts';
import { deliver, openThread, prepare, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';

const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;

let world: World;
let start: Parameters<World['start']>[0];

beforeAll(async () => {
  world = await startWorld({ keychainState: isRoot ? 'none' : 'unlocked' });
  await deliver(world, { subject: 'Behind two walls' });
  if (!isRoot) return;
  const keychain = await startKeychain({ run: world.run, owner: NOBODY });
  for (const path of [world.profile, join(world.run.path, 'tmp')]) chownSync(path, NOBODY.uid, NOBODY.gid);
  writeFileSync(world.visitsFile, '');
  chownSync(world.visitsFile, NOBODY.uid, NOBODY.gid);
  // The other folders are where the browser of this person is registered.
  const { HOME, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR, XDG_CACHE_HOME } = keychain.env;
  start = {
    executable: asNobody(),
    env: { HOME, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR, XDG_CACHE_HOME },
  };
});

afterAll(() => world?.stop());

/** A program that starts Electron as nobody, and leaves out the flag that only root needs. */
function asNobody(): string {
  const { run, electron } = world;
  const runtime = run.folder('runtime');
  const project = run.folder('project');
  const script = join(run.path, 'as-nobody');
  writeFileSync(
    script,
    `#!/bin/bash
args=()
for one in "$@"; do
  [ "$one" = --no-sandbox ] || args+=("\${one/#${projectRoot.replaceAll('/', '\\/')}\\//${project}/}")
done
exec unshare --mount --propagation private bash -c '
  mount --bind "$0" ${runtime} && mount --bind ${projectRoot} ${project} &&
  exec setpriv --reuid ${NOBODY.uid} --regid ${NOBODY.gid} --clear-groups --no-new-privs ${runtime}/electron "$@"
' '${dirname(electron.executable)}' "\${args[@]}"
`,
  );
  chmodSync(script, 0o755);
  return script;
}

test('with the sandbox on, the program signs in and shows mail, and the kernel holds its pages', async () => {
  const program = await world.start(start);
  const page = prepare(program);
  await signInWithBrowser(page);
  await openThread(page, 'Behind two walls');
  await page.getByRole('article').getByText('About Behind two walls.').waitFor();

  const all = processesOf(program.app.process().pid ?? 0);
  expect(all.filter(({ argv }) => argv.includes('--no-sandbox'))).toEqual([]);
  const renderers = all.filter(({ argv }) => argv.includes('--type=renderer'));
  expect(renderers.length).toBeGreaterThan(0);
  for (const { status } of renderers) {
    // Filtered system calls, and no way back to more rights.
    expect(status.get('Seccomp')).toBe('2');
    expect(status.get('NoNewPrivs')).toBe('1');
    expect(status.get('CapEff')).toBe('0000000000000000');
  }
  const ids = all.map(({ status }) => status.get('Uid')?.split('\t')[0]);
  expect(ids).not.toContain('0');
  expect(new Set(all.map(({ coreLimit }) => coreLimit))).toEqual(new Set(['0 0']));
});
