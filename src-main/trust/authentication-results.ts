/** Authentication-Results (RFC 8601), read strictly: what does not have the form says nothing. */

/** One method's outcome. Names are in small letters; a property is called `ptype.name`, as in `header.from`. */
export type MethodResult = { method: string; result: string; properties: ReadonlyMap<string, string> };

export type AuthenticationResults = {
  /** Whose word it is (RFC 8601 §2.5), in small letters. */
  authservId: string;
  results: MethodResult[];
};

/** Of what is kept of a field, so that none is read that was cut. */
const LONGEST = 19_000;
const MOST_RESULTS = 50;
const VALUE = String.raw`(?:"(?:[^"\\]|\\.)*"|[^\s;"=]+)`;
const HEAD = new RegExp(String.raw`^(${VALUE})(?:\s+\d+)?$`);
const METHOD = /^([a-z][a-z0-9-]*)(?:\s*\/\s*\d+)?\s*=\s*([a-z][a-z0-9-]*)(?=\s|$)/i;
const REASON = new RegExp(String.raw`^\s+reason\s*=\s*${VALUE}(?=\s|$)`, 'i');
// A value may hold what Base64 holds.
const PROPERTY =
  /^\s+([a-z][a-z0-9-]*)(?:\s*\.\s*([a-z][a-z0-9-]*))?\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]+)(?=\s|$)/i;

/** One field's value; undefined when it is not one. */
export function readAuthenticationResults(text: string): AuthenticationResults | undefined {
  const parts = text.length > LONGEST ? undefined : partsOf(text);
  const authserv = HEAD.exec(parts?.[0] ?? '')?.[1];
  if (!parts || authserv === undefined || parts.length < 2 || parts.length > MOST_RESULTS) return undefined;
  const authservId = unquoted(authserv).toLowerCase();
  const rest = parts.slice(1);
  if (rest.at(-1) === '') rest.pop(); // many servers end with a semicolon
  if (rest.length === 1 && rest[0]?.toLowerCase() === 'none') return { authservId, results: [] };
  const results = rest.map(resultOf);
  return results.every((one) => one !== undefined) ? { authservId, results } : undefined;
}

function resultOf(part: string): MethodResult | undefined {
  const head = METHOD.exec(part);
  if (!head) return undefined;
  let rest = part.slice(head[0].length);
  rest = rest.slice(REASON.exec(rest)?.[0].length ?? 0);
  const properties = new Map<string, string>();
  while (rest.trim() !== '') {
    const found = PROPERTY.exec(rest);
    if (!found) return undefined;
    const [all, type = '', name, value = ''] = found;
    const key = (name === undefined ? type : `${type}.${name}`).toLowerCase();
    // Twice the same property: nobody knows which is meant.
    if (properties.has(key)) return undefined;
    properties.set(key, unquoted(value));
    rest = rest.slice(all.length);
  }
  return { method: (head[1] ?? '').toLowerCase(), result: (head[2] ?? '').toLowerCase(), properties };
}

const unquoted = (value: string): string =>
  value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;

/** Between the semicolons, without comments (RFC 5322 §3.2.2); undefined when a comment or a quote does not end. */
function partsOf(text: string): string[] | undefined {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (/[^\t\r\n\x20-\x7e\u0080-\uffff]/.test(sign)) return undefined;
    if (sign === '\\' && (isQuoted || depth > 0)) {
      if (isQuoted) part += text.slice(at, at + 2);
      at += 1;
    } else if (depth > 0) {
      if (sign === '(') depth += 1;
      if (sign === ')') depth -= 1;
    } else if (sign === '"') {
      isQuoted = !isQuoted;
      part += sign;
    } else if (isQuoted) part += sign;
    else if (sign === '(') {
      depth += 1;
      part += ' ';
    } else if (sign === ')') return undefined;
    else if (sign === ';') {
      parts.push(part.trim());
      part = '';
    } else part += sign;
  }
  if (isQuoted || depth > 0) return undefined;
  return [...parts, part.trim()];
}
