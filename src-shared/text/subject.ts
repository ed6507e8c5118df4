const PREFIX =
  /^\s*(?:(?:re|fwd?|aw|wg|sv|vs|antw|rif|tr|res|enc|ynt|odp)\s*(?:\[\d+\])?\s*[:：]|回复[:：]|答复[:：]|转发[:：]|返信[:：]|رد[:：])\s*/iu;

/** A subject without its reply and forward prefixes, in the spirit of RFC 5256 §2.1 (base subject), with other languages' prefixes. */
export function baseSubject(subject: string): string {
  let rest = subject.replace(/\s+/gu, ' ').trim();
  for (;;) {
    const next = rest.replace(PREFIX, '');
    if (next === rest) return rest;
    rest = next;
  }
}

/** The subject of an answer: one prefix, whatever stood there before. */
export function replySubject(subject: string): string {
  return `Re: ${baseSubject(subject)}`;
}

export function forwardSubject(subject: string): string {
  return `Fwd: ${baseSubject(subject)}`;
}
