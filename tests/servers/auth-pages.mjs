// @ts-check
// The pages that a person sees in the browser at the lab's authorization server.

/** What a scope is called on the consent page; a scope without a sentence is not shown. */
/** @type {Record<string, string>} */
const SCOPE_SENTENCES = {
  imap: 'Read and organise your mail',
  smtp: 'Send mail as you',
};

/** Scopes that a person can leave out on the consent page. */
export const OPTIONAL_SCOPES = Object.keys(SCOPE_SENTENCES);

const STYLE = `
:root { color-scheme: light dark; --ink: #1d1d1b; --dim: #5c5a55; --page: #f2f1ed; --card: #fff; --line: #c9c6be; --key: #16624c; --on-key: #fff; --bad: #a3261b }
@media (prefers-color-scheme: dark) { :root { --ink: #edebe6; --dim: #aaa79f; --page: #191917; --card: #242422; --line: #55534d; --key: #7fd0b4; --on-key: #10231c; --bad: #ff9d91 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { width: min(26rem, calc(100vw - 2rem)); margin: 2rem 0; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
h1 { margin: 0 0 .25rem; font-size: 1.375rem } p { margin: .25rem 0 1rem; color: var(--dim) }
label.field { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input[type=email], input[type=password] { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 8px }
fieldset { margin: 1.25rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 8px } legend { padding: 0 .25rem; font-weight: 600 }
fieldset label { display: flex; gap: .6rem; align-items: center; padding: .25rem 0 } input[type=checkbox] { width: 1.1rem; height: 1.1rem; accent-color: var(--key) }
.actions { display: flex; gap: .75rem; justify-content: flex-end }
button { padding: .6rem 1.25rem; font: inherit; font-weight: 600; border-radius: 8px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer }
button.primary { background: var(--key); border-color: var(--key); color: var(--on-key) }
:focus-visible { outline: 3px solid var(--key); outline-offset: 2px }
.error { color: var(--bad); font-weight: 600 }
`;

/**
 * @param {{ clientName: string, scopes: string[], login: string, error?: string }} about
 * @returns {string}
 */
export function signInPage({ clientName, scopes, login, error }) {
  const boxes = scopes
    .filter((scope) => SCOPE_SENTENCES[scope] !== undefined)
    .map(
      (scope) =>
        `<label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked> ${escapeHtml(SCOPE_SENTENCES[scope] ?? scope)}</label>`,
    )
    .join('');
  return page(
    'Sign in to Lab Mail',
    `<h1>Sign in to Lab Mail</h1>
<p><strong>${escapeHtml(clientName)}</strong> asks for access to your mail.</p>
${error ? `<p class="error" role="alert">${escapeHtml(error)}</p>` : ''}
<form method="post">
<label class="field" for="login">Address</label>
<input id="login" name="login" type="email" autocomplete="username" value="${escapeHtml(login)}" required>
<label class="field" for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password">
${boxes ? `<fieldset><legend>It may</legend>${boxes}</fieldset>` : ''}
<div class="actions"><button name="decision" value="deny" formnovalidate>Deny</button><button class="primary" name="decision" value="allow">Allow</button></div>
</form>`,
  );
}

/**
 * The page where a person takes access back at the provider.
 * @param {{ message?: string }} about
 * @returns {string}
 */
export function accountPage({ message }) {
  return page(
    'Your Lab Mail account',
    `<h1>Your Lab Mail account</h1>
${message ? `<p role="status">${escapeHtml(message)}</p>` : '<p>Remove the access of every program that reads your mail.</p>'}
<form method="post">
<label class="field" for="login">Address</label>
<input id="login" name="login" type="email" autocomplete="username" required>
<label class="field" for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<p></p>
<div class="actions"><button class="primary">Remove access</button></div>
</form>`,
  );
}

/**
 * @param {string} title
 * @param {string} body
 */
function page(title, body) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
