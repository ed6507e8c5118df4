/**
 * Preloaded into a program that is measured (`electron -r window-paint.cjs …`): says on standard output when the first frame was
 * painted in which an element fits LATCHKEY_BENCH_SELECTOR, and quits when standard input ends. No driver is attached, so that
 * the program starts as it does for a person.
 */
const { app } = require('electron');

const script = `new Promise((resolve) => {
  const look = () => {
    requestAnimationFrame(() => {
      if (!document.querySelector(${JSON.stringify(process.env.LATCHKEY_BENCH_SELECTOR)})) return look();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(Date.now());
      port2.postMessage(0);
    });
  };
  look();
})`;

app.on('web-contents-created', (_event, contents) => {
  contents.once('dom-ready', async () => {
    const at = await contents.executeJavaScript(script).catch(() => undefined);
    if (at !== undefined) process.stdout.write(`painted ${at}\n`);
  });
});
process.stdin.on('end', () => app.quit()).resume();
