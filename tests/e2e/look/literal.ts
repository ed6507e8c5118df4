import type { Page } from 'playwright-core';

/** What Intl and the keyboard call things; `en-XA` writes these as English does. */
const NAMES_OF_THINGS = [
  ...['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December', 'GMT', 'UTC', 'kB', 'MB', 'bytes', 'byte', 'GNOME Keyring', 'English'],
];
const SHORT_NAMES = NAMES_OF_THINGS.slice(0, 19).map((name) => name.slice(0, 3));

/**
 * Text on the page, seen or only heard, that is in plain English although the program speaks the made-up language: words
 * that come from no catalogue. What others wrote (`dir=auto`, the names of keys, and `known`) is left out.
 */
export async function literalText(page: Page, known: readonly string[]): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const owner = node.parentElement;
      if (!owner?.checkVisibility() || owner.closest('[dir=auto], .kbd, dd .visually-hidden, textarea'))
        continue;
      found.push(node.textContent ?? '');
    }
    for (const element of document.querySelectorAll(
      '[aria-label], [placeholder], [title], [alt], [aria-description]',
    )) {
      for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'aria-description']) {
        found.push(element.getAttribute(name) ?? '');
      }
    }
    return [...found, document.title];
  });
  return [...new Set(texts)].filter((text) => /[a-z]{2,}/u.test(withoutKnown(text, known)));
}

function withoutKnown(text: string, known: readonly string[]): string {
  let rest = text;
  // The longest first: a short name may be part of a long one.
  for (const name of [...known, ...NAMES_OF_THINGS].sort((a, b) => b.length - a.length))
    rest = rest.replaceAll(name, ' ');
  for (const name of SHORT_NAMES) rest = rest.replace(new RegExp(`\\b${name}t?\\b`, 'gu'), ' ');
  // The words with which Intl joins the parts of lists and dates.
  return rest.replace(/\b(?:and|at)\b/gu, ' ');
}
