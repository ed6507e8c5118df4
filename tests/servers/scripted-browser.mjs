#!/usr/bin/env node
// @ts-check
// The program that is named in $BROWSER for tests and the demo's tour: xdg-open starts it with the
// address, and it signs in as the environment says. Nothing in the product knows of it.
//   LATCHKEY_LAB_LOGIN, LATCHKEY_LAB_PASSWORD   who signs in (the login may be left out for "close")
//   LATCHKEY_LAB_DECISION   allow (default) | deny | close
//   LATCHKEY_LAB_SCOPES     optional scopes that stay ticked, separated by spaces (default: all)
//   LATCHKEY_LAB_WAIT       a file; the person reads until it exists, and then answers
//   LATCHKEY_LAB_VISITS     a file; each address that was opened is appended to it as a line, without its query
import { appendFileSync, existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { driveBrowser } from './browser.mjs';

const url = process.argv[2];
const {
  LATCHKEY_LAB_LOGIN,
  LATCHKEY_LAB_PASSWORD,
  LATCHKEY_LAB_DECISION,
  LATCHKEY_LAB_SCOPES,
  LATCHKEY_LAB_WAIT,
  LATCHKEY_LAB_VISITS,
} = process.env;
if (url === undefined) {
  process.stderr.write('usage: scripted-browser.mjs URL\n');
  process.exit(2);
}
const { origin, pathname, hostname, searchParams } = new URL(url);
if (LATCHKEY_LAB_VISITS) appendFileSync(LATCHKEY_LAB_VISITS, `${origin}${pathname}\n`);
// Links in mail are opened with the same program: only a sign-in on loopback, or at a name of the lab, is played.
if ((hostname === '127.0.0.1' || hostname.endsWith('.test')) && searchParams.has('client_id')) {
  if (LATCHKEY_LAB_WAIT) await untilExists(LATCHKEY_LAB_WAIT);
  await driveBrowser(url, {
    login: LATCHKEY_LAB_LOGIN ?? '',
    password: LATCHKEY_LAB_PASSWORD ?? '',
    decision:
      LATCHKEY_LAB_DECISION === 'deny' || LATCHKEY_LAB_DECISION === 'close' ? LATCHKEY_LAB_DECISION : 'allow',
    ...(LATCHKEY_LAB_SCOPES !== undefined && { scopes: LATCHKEY_LAB_SCOPES.split(' ') }),
  }).catch((error) => process.stderr.write(`The page could not be opened: ${error}\n`));
  // A browser that shows an error page has still been started: with another exit code xdg-open tries again.
}

/**
 * @param {string} file
 * @returns {Promise<void>}
 */
function untilExists(file) {
  return new Promise((resolve) => {
    const watcher = watch(dirname(file), check);
    function check() {
      if (!existsSync(file)) return;
      watcher.close();
      resolve();
    }
    check();
  });
}
