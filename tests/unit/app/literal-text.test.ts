/** Screens say nothing of their own: every word comes from the catalogues, or it could not be said in another language. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SCREENS = join(import.meta.dirname, '../../../src-renderer');
/** Attributes and properties that people read or hear. */
const SPOKEN =
  /^(?:aria-(?:label|description|placeholder|roledescription|valuetext)|alt|title|placeholder|label|lede|description|text|actionLabel|children|caption|error|suffix)$/u;
const COLOUR = /^#[0-9a-f]{3,8}$/iu;
const LETTER = /\p{L}/u;

/** Words of a source file that people would see and that are not from a catalogue, each with its line. */
function literalWords(name: string, source: string): string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const say = (node: ts.Node, words: string): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${name}:${line + 1} ${words.trim()}`);
  };
  const isWords = (text: string): boolean => LETTER.test(text) && !COLOUR.test(text);

  /** Strings that an expression can come to; what functions return is theirs to answer for. */
  function sayLiterals(node: ts.Node): void {
    if (ts.isStringLiteralLike(node)) {
      if (isWords(node.text)) say(node, node.text);
    } else if (ts.isTemplateExpression(node)) {
      const text = [node.head, ...node.templateSpans.map((span) => span.literal)]
        .map((one) => one.text)
        .join(' ');
      if (isWords(text)) say(node, text);
    } else if (ts.isConditionalExpression(node)) {
      sayLiterals(node.whenTrue);
      sayLiterals(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) {
      const decides = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
      if (!decides) sayLiterals(node.left);
      sayLiterals(node.right);
    } else if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) {
      sayLiterals(node.expression);
    }
  }

  function visit(node: ts.Node): void {
    if (ts.isJsxText(node) && isWords(node.text)) say(node, node.text);
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent))
      sayLiterals(node.expression);
    if (ts.isJsxAttribute(node) && SPOKEN.test(node.name.getText()) && node.initializer) {
      const { initializer } = node;
      sayLiterals(ts.isJsxExpression(initializer) ? (initializer.expression ?? initializer) : initializer);
    }
    if (ts.isPropertyAssignment(node)) {
      const key = ts.isStringLiteralLike(node.name) ? node.name.text : node.name.getText();
      if (SPOKEN.test(key)) sayLiterals(node.initializer);
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
  return found;
}

const files = readdirSync(SCREENS, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.tsx'),
);

describe('words in the screens', () => {
  it('all come from the catalogues', () => {
    expect(files.length).toBeGreaterThan(40);
    const found = files.flatMap((name) => literalWords(name, readFileSync(join(SCREENS, name), 'utf8')));
    expect(found).toEqual([]);
  });

  it.each([
    ['<p>Hello</p>', 'Hello'],
    ['<Button label="Send" />', 'Send'],
    ["<Button label={isLate ? t('a.b') : 'Send now'} />", 'Send now'],
    ["<p>{count > 0 && 'messages'}</p>", 'messages'],
    [`<p>{\`Hello \${name}\`}</p>`, 'Hello'],
    ["<div aria-label={name ?? 'Nobody'} />", 'Nobody'],
    ["const menu = [{ id: 'star', label: 'Star' }];", 'Star'],
    ["showToast({ text: 'Sent' });", 'Sent'],
  ])('would be seen in %s', (source, words) => {
    expect(literalWords('planted.tsx', source)).toEqual([`planted.tsx:1 ${words}`]);
  });

  it('are not seen where there are none', () => {
    const source = "<p className='row' id={'a'}>{t('a.b')} · {open ? name : t('c.d')} <Kbd>⌘</Kbd></p>";
    expect(literalWords('fine.tsx', source)).toEqual([]);
  });
});
