/** What the cuts share: certificates that this process trusts, and every place where a dialogue can be cut. */
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustAuthority } from '../integration/trust-authority.ts';
import { makeCertificates } from '../servers/certs.mjs';
import type { Direction, FaultKind } from '../servers/faulty-proxy.mjs';
import { createRunFolder, type RunFolder } from '../servers/run-folder.mjs';

export type Cut = { kind: FaultKind; direction: Direction; at: number };
export type CutOptions = {
  kinds: readonly FaultKind[];
  directions: readonly Direction[];
  /** Dialogues that are cut at the same time, each with an account of its own. */
  lanes?: number;
  tell?: (line: string) => void;
};

/** Every byte of a dialogue, and what is just behind its end. */
export function everyCut(length: Record<Direction, number>, { kinds, directions }: CutOptions): Cut[] {
  return directions.flatMap((direction) =>
    kinds.flatMap((kind) => Array.from({ length: length[direction] }, (_, at) => ({ kind, direction, at }))),
  );
}

export type CutWorld = {
  run: RunFolder;
  /** For the store: in memory where the system has that, because links are cut here and not the power. */
  folder: string;
  certs: Awaited<ReturnType<typeof makeCertificates>>;
  stop(): Promise<void>;
};

export async function startCutWorld(): Promise<CutWorld> {
  const run = createRunFolder();
  const certs = await makeCertificates(run.folder('certs'));
  const distrust = trustAuthority(certs.ca);
  const folder = mkdtempSync(join(memoryFolder(), 'lk-cut-'));
  run.onRemove(() => rm(folder, { recursive: true, force: true }));
  return {
    run,
    certs,
    folder,
    async stop() {
      distrust();
      await run.remove();
    },
  };
}

/** Runs `task` for every one of the list, `lanes` at the same time, each lane in its own order. */
export async function inLanes<T, L>(
  lanes: L[],
  list: readonly T[],
  task: (lane: L, one: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      for (let one = list[next++]; one !== undefined; one = list[next++]) await task(lane, one);
    }),
  );
}

function memoryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
