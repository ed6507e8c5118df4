/** Plain text as content of the editor: every line stays a line, blank lines part paragraphs, the signature is known again. */
import type { JSONContent } from '@tiptap/core';

const SIGNATURE_LINE = '-- ';

/** Cuts a text before its last signature line (RFC 3676 §4.3). */
function cutSignature(text: string): { written: string; signature: string | undefined } {
  const lines = text.split('\n');
  const at = lines.lastIndexOf(SIGNATURE_LINE);
  if (at < 0) return { written: text, signature: undefined };
  return { written: lines.slice(0, at).join('\n'), signature: lines.slice(at + 1).join('\n') };
}

/** Each block between blank lines becomes a paragraph, each line in it stays one. */
export function paragraphsOf(text: string): JSONContent[] {
  return text.split('\n\n').map((block) => {
    const content = block
      .split('\n')
      .flatMap((line, index): JSONContent[] => [
        ...(index > 0 ? [{ type: 'hardBreak' }] : []),
        ...(line === '' ? [] : [{ type: 'text', text: line }]),
      ]);
    return content.length === 0 ? { type: 'paragraph' } : { type: 'paragraph', content };
  });
}

/** What `docToText` wrote of unformatted content reads back as the same content. */
export function textToContent(text: string): JSONContent {
  const { written, signature } = cutSignature(text.replace(/\r\n?/gu, '\n'));
  if (signature === undefined) return { type: 'doc', content: paragraphsOf(written) };
  return {
    type: 'doc',
    content: [
      ...paragraphsOf(written.replace(/\n{1,2}$/u, '')),
      { type: 'signature', content: paragraphsOf(signature) },
    ],
  };
}
