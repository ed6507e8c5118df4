import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { parseHtml } from './clean-html.ts';
import { Signature } from './schema.ts';
import { textToContent } from './text-in.ts';

export type SignatureText = { text: string; html?: string | undefined };

/** The blocks of a signature, as content of this editor. */
function contentOf(editor: Editor, signature: SignatureText): Node {
  if (signature.html !== undefined) return parseHtml(signature.html, editor.schema);
  return editor.schema.nodeFromJSON(textToContent(signature.text));
}

/** Puts the signature of another identity in the place of the one before; without one before, at the end. None takes it away. */
export function replaceSignature(editor: Editor, signature: SignatureText | undefined): void {
  const { tr, doc } = editor.state;
  let found: { from: number; to: number } | undefined;
  doc.descendants((node, at) => {
    if (node.type.name === Signature.name) found ??= { from: at, to: at + node.nodeSize };
    return found === undefined;
  });
  const type = editor.schema.nodes[Signature.name];
  const node =
    signature && signature.text.trim() !== '' && type
      ? type.create(null, contentOf(editor, signature).content)
      : undefined;
  if (found && node) tr.replaceWith(found.from, found.to, node);
  else if (found) tr.delete(found.from, found.to);
  else if (node) tr.insert(doc.content.size, node);
  if (tr.docChanged) editor.view.dispatch(tr);
}
