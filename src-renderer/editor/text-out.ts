/** A written text in plain characters, for the plain half of the message and for programs that show nothing else. */
import type { Mark, Node } from '@tiptap/pm/model';

const SIGNATURE_MARK = '-- ';

/** The text with paragraphs apart by a blank line, lists with their marks, quotations behind `>`, links as text <url>. */
export function docToText(doc: Node): string {
  return writeBlocks(doc).replace(/[^\S\n]+$/gmu, (blank, at: number, whole: string) =>
    // "-- " is a line of its own and keeps its blank (RFC 3676 §4.3).
    blank === ' ' && /(?:^|\n)--$/u.test(whole.slice(Math.max(0, at - 3), at)) ? blank : '',
  );
}

function writeBlocks(parent: Node): string {
  let text = '';
  parent.forEach((block, _offset, index) => {
    const written = writeBlock(block);
    if (index > 0) text += isEmptyLine(block) ? '\n' : '\n\n';
    text += written;
  });
  return text;
}

function isEmptyLine(block: Node): boolean {
  return block.type.name === 'paragraph' && block.childCount === 0;
}

function writeBlock(block: Node): string {
  switch (block.type.name) {
    case 'bulletList':
      return writeList(block, () => '- ');
    case 'orderedList': {
      const start = Number(block.attrs.start ?? 1);
      return writeList(block, (index) => `${start + index}. `);
    }
    case 'blockquote':
      return quote(writeBlocks(block));
    case 'signature': {
      const written = writeBlocks(block);
      return written.startsWith(`${SIGNATURE_MARK}\n`) ? written : `${SIGNATURE_MARK}\n${written}`;
    }
    case 'horizontalRule':
      return '----------';
    case 'codeBlock':
      return block.textContent;
    default:
      return writeInline(block);
  }
}

/** Each line behind `>`; what is quoted already gets one more without a blank between (RFC 3676 §4.5). */
export function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n');
}

function writeList(list: Node, markOf: (index: number) => string): string {
  const items: string[] = [];
  list.forEach((item, _offset, index) => {
    const mark = markOf(index);
    const parts: string[] = [];
    item.forEach((block) => {
      parts.push(writeBlock(block));
    });
    const [first = '', ...rest] = parts.join('\n').split('\n');
    const indent = ' '.repeat(mark.length);
    items.push([mark + first, ...rest.map((line) => (line === '' ? '' : indent + line))].join('\n'));
  });
  return items.join('\n');
}

function linkOf(marks: readonly Mark[]): string | undefined {
  const href: unknown = marks.find((mark) => mark.type.name === 'link')?.attrs.href;
  return typeof href === 'string' ? href : undefined;
}

/** Whether the words of a link say already where it leads. */
function saysTarget(words: string, href: string): boolean {
  const plain = (url: string): string =>
    url
      .trim()
      .toLowerCase()
      .replace(/^(?:https?:\/\/|mailto:)/u, '')
      .replace(/\/$/u, '');
  return plain(words) === plain(href);
}

function writeInline(block: Node): string {
  let text = '';
  let open: { href: string; words: string } | undefined;
  const close = (): void => {
    if (open && !saysTarget(open.words, open.href)) text += ` <${open.href.replace(/^mailto:/iu, '')}>`;
    open = undefined;
  };
  block.forEach((part) => {
    const href = linkOf(part.marks);
    if (open?.href !== href) close();
    let words = part.text ?? '';
    if (part.type.name === 'hardBreak') words = '\n';
    else if (part.type.name === 'picture') words = part.attrs.alt ? `[${String(part.attrs.alt)}]` : '';
    if (href !== undefined) open = { href, words: (open?.words ?? '') + words };
    text += words;
  });
  close();
  return text;
}

/** Whether anything would be lost if only the plain text stayed: marks, headings, lists, pictures, links behind other words. */
export function isFormatted(doc: Node): boolean {
  let found = false;
  doc.descendants((node) => {
    if (found) return false;
    const { name } = node.type;
    const isPlain = ['paragraph', 'text', 'hardBreak', 'signature'].includes(name);
    const hasMarks = node.marks.some(
      (mark) => mark.type.name !== 'link' || !saysTarget(node.text ?? '', String(mark.attrs.href)),
    );
    found = !isPlain || hasMarks || (node.attrs.textAlign ?? null) !== null;
    return !found;
  });
  return found;
}

/** Whether nothing was written besides the signature. */
export function isBlank(doc: Node): boolean {
  let found = false;
  doc.descendants((node) => {
    if (found || node.type.name === 'signature') return false;
    found =
      node.type.name === 'picture' || node.type.name === 'horizontalRule' || /\S/u.test(node.text ?? '');
    return !found;
  });
  return !found;
}
