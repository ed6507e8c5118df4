/**
 * kill -9 of the engine at random moments: while it opens the mail, while it fetches, sends, moves and writes drafts, and while
 * it makes the databases of a new profile. The same profile is opened again each time.
 */
import { rm } from 'node:fs/promises';
import { act, deliver, planRound, type Scene } from './actions.ts';
import { createJournal, type Journal } from './journal.ts';
import { checkAll, checkAtOnce } from './kill-checks.ts';
import { type EngineProcess, type KillWorld, startKillWorld } from './kill-world.ts';
import { createRandom, type Random } from './random.ts';
import { createFindings, type Findings } from './tally.ts';
import { viewEngine } from './views.ts';

export type KillOptions = {
  rounds: number;
  seed: number;
  /** Everything is compared after so many rounds, and at the end. */
  compareEvery?: number;
  /** Told of each finding, and of the progress. */
  tell?: (line: string) => void;
};

const LONGEST_LIFE = 400;
/** Some live long enough to have everything done, so that there is always something new to break off. */
const LONG_LIFE = 1_200;
const LONG_LIVES = 0.15;
const LONGEST_OPENING = 350;
const NEW_PROFILE_EVERY = 12;

type Run = { world: KillWorld; journal: Journal; findings: Findings; random: Random };

/** Runs the rounds and answers with what was found. The environment of this process gets the keychain's: one run for each process. */
export async function runKills({ rounds, seed, compareEvery = 25, tell }: KillOptions): Promise<Findings> {
  const findings = createFindings(tell);
  const world = await startKillWorld();
  try {
    // libsecret reads it when it is first used.
    Object.assign(process.env, world.keychainEnv);
    const run: Run = { world, findings, journal: createJournal(), random: createRandom(seed) };
    await fill(run);
    for (let round = 1; round <= rounds; round += 1) {
      findings.tally.rounds = round;
      if (round % NEW_PROFILE_EVERY === 0) await killNewProfile(run);
      else await killRound(run);
      if (round % compareEvery !== 0 && round !== rounds) continue;
      const engine = start(run);
      if (await isOpened(engine, run)) await checkAll({ engine, ...run });
      await engine.kill();
      tell?.(
        `${round} of ${rounds} rounds: ${run.journal.messages.length} messages, ${run.journal.sends.size} sent`,
      );
    }
    return findings;
  } finally {
    await world.stop();
  }
}

/** The engine, and whatever it says that it has taken back: here no server refuses anything. */
function start({ world, findings }: Pick<Run, 'world' | 'findings'>): EngineProcess {
  const engine = world.start();
  engine.onFailedOperation((code, kind) => findings.note('unexplained', `${kind} was taken back: ${code}`));
  return engine;
}

/** Mail to begin with, all of it here before anything is killed. */
async function fill(run: Run): Promise<void> {
  const { world, journal } = run;
  const names = Array.from({ length: 30 }, (_, index) => `r0a${index}`);
  for (const name of names) await deliver(name, { world, journal });
  const engine = world.start();
  if (await isOpened(engine, run)) await checkAll({ engine, ...run });
  await engine.kill();
}

async function killRound({ world, journal, findings, random }: Run): Promise<void> {
  const actions = planRound(random, findings.tally.rounds);
  const life = random.below(random.chance(LONG_LIVES) ? LONG_LIFE : LONGEST_LIFE);
  const starts = actions.map(() => random.below(life + 1));
  const diesOpening = random.chance(0.15);
  const openingLife = random.below(LONGEST_OPENING);

  const engine = start({ world, findings });
  if (diesOpening) {
    await engine.engine;
    await pause(openingLife);
    await engine.kill();
    noteComplaints(engine, findings);
    return;
  }
  if (!(await isOpened(engine, { world, journal, findings, random }))) return engine.kill();
  await checkAtOnce({ world, engine, journal, findings });
  const view = await viewEngine(engine);
  if (!view) {
    findings.note('unexplained', 'the engine does not tell its mail');
    return engine.kill();
  }
  const scene: Scene = { world, engine, view, journal, touched: new Set() };
  const acting = actions.map(async (action, index) => {
    await pause(starts[index] ?? 0);
    await act(action, scene);
  });
  await pause(life);
  await engine.kill();
  await Promise.all(acting);
  noteComplaints(engine, findings);
}

/** A profile that never was: its databases are being made, or brought to the newest form, when the end comes. */
async function killNewProfile({ world, findings, random }: Run): Promise<void> {
  const directory = `${world.run.path}/new${findings.tally.rounds}/mail`;
  const first = world.start(directory);
  await first.engine;
  await pause(random.below(LONGEST_OPENING));
  await first.kill();
  const second = world.start(directory);
  const opened = await second.opened();
  if (opened !== true) findings.note('unsound', `a new profile does not open after the kill: ${opened}`);
  await second.kill();
  noteComplaints(second, findings);
  await rm(directory, { recursive: true, force: true });
}

async function isOpened(engine: EngineProcess, { findings }: Run): Promise<boolean> {
  const opened = await engine.opened();
  if (opened === true) return true;
  findings.note('unsound', `the mail does not open after the kill: ${opened}`);
  noteComplaints(engine, findings);
  return false;
}

function noteComplaints(engine: EngineProcess, findings: Findings): void {
  for (const line of engine.complaints()) findings.note('unexplained', line.slice(0, 400));
}

/** The random moment itself: nothing is waited for here. */
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
