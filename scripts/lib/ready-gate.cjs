/**
 * Preloaded into the program under test (`electron -r ready-gate.cjs …`): holds `ready` back until Playwright has connected and
 * says `__playwright_run()`. Without it the first window is made while Playwright attaches to the browser, and now and then
 * the two wait for each other for ever. Playwright's own loader does the same, but also sets two dozen switches of Chromium's,
 * with which the program would not be the one that people run.
 */
const { app } = require('electron');

const reallyReady = app.whenReady();
const emit = app.emit.bind(app);
let readyArguments = [];
app.emit = (event, ...args) => {
  if (event !== 'ready') return emit(event, ...args);
  readyArguments = args;
  return app.listenerCount('ready') > 0;
};
let isReady = false;
let open = () => undefined;
const opened = new Promise((resolve) => {
  open = resolve;
});
app.isReady = () => isReady;
app.whenReady = () => opened;
globalThis.__playwright_run = async () => {
  const event = await reallyReady;
  isReady = true;
  open(event);
  emit('ready', ...readyArguments);
};
