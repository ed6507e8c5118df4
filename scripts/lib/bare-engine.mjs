/** The built engine under bare Node, without Electron: for scripts that ask it something and end. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { appFolder } from './paths.mjs';
import { PlainError } from './run.mjs';

const STOP_MS = 15_000;

/**
 * @typedef {object} BareEngine
 * @property {(name: string, input: object) => Promise<any>} ask the value of an answer; throws a PlainError with its code
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} options
 * @param {string} options.profile the folder that holds `mail/`
 * @param {string} options.temporaryDirectory
 * @param {string} options.keychainService
 * @param {NodeJS.ProcessEnv} options.env
 * @param {(name: string, input: any) => Promise<object>} options.shell answers what the engine asks of the desktop
 * @returns {BareEngine}
 */
export function startBareEngine({ profile, temporaryDirectory, keychainService, env, shell }) {
  const dist = join(appFolder, 'dist', 'main');
  const worker = (/** @type {string} */ name) => join(dist, `${name}-worker.js`);
  const child = fork(join(dist, 'engine.js'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env,
    cwd: temporaryDirectory,
  });
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let lastId = 0;
  child.on('message', (/** @type {any} */ { lane, message }) => {
    if (lane === 'shell' && message.kind === 'request') {
      const answer = (/** @type {object} */ result) =>
        child.send({ lane: 'shell', message: { kind: 'answer', id: message.id, result } });
      shell(message.name, message.input).then(
        (value) => answer({ ok: true, value }),
        () => answer({ ok: false, code: 'internal', retry: 'never' }),
      );
    } else if (lane === 'window' && message.kind === 'answer') {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.result.ok) one?.resolve(message.result.value);
      else one?.reject(new PlainError(`The engine answered: ${message.result.code}.`));
    }
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new PlainError('The engine has ended.'));
    waiting.clear();
  });
  child.send({
    kind: 'start',
    config: {
      version: '0.0.0',
      directory: join(profile, 'mail'),
      temporaryDirectory,
      keychainService,
      providersFile: join(appFolder, 'providers.json'),
      ...(env.LATCHKEY_PROVIDERS !== undefined && { extraProvidersFile: env.LATCHKEY_PROVIDERS }),
      textsFolder: join(appFolder, 'locales'),
      locale: 'en',
      supportFile: join(appFolder, 'support.json'),
      advisoriesFile: join(appFolder, 'advisories.json'),
      parseWorker: worker('parse'),
      imapWorker: worker('imap'),
      checkWorker: worker('check'),
      checkpointWorker: worker('checkpoint'),
    },
  });
  return {
    ask(name, input) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.send({ lane: 'window', message: { kind: 'request', id, name, input } });
      });
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      child.send({ kind: 'stop' });
      await ended;
      clearTimeout(force);
    },
  };
}
