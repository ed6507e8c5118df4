import type { IntlMessageFormat } from 'intl-messageformat';

type Ast = ReturnType<IntlMessageFormat['getAst']>;

const LETTERS = new Map(
  [...'aàbƀcçdđeéfƒgğhĥiîjĵkķlļmɱnñoöpþqɋrŕsštţuüvṽwŵxẋyýzžAÀBƁCÇDĐEÉGĞHĤIÎJĴKĶLĻNÑOÖPÞRŔSŠTŢUÜWŴYÝZŽ']
    .map((letter, index, all) => [letter, all[index + 1] ?? letter] as const)
    .filter((_, index) => index % 2 === 0),
);

/** Accents every letter and lengthens by a third, as German does with English; the brackets show where text was cut. */
function pseudoText(text: string): string {
  if (text.trim() === '') return text;
  const accented = [...text].map((letter) => LETTERS.get(letter) ?? letter).join('');
  return `${accented}${'~'.repeat(Math.ceil(text.length / 3))}`;
}

/** A message of the made-up language: only the words change, never placeholders, so it stays valid ICU. */
export function pseudoLocalise(ast: Ast): Ast {
  return ast.map((element) => {
    if ('options' in element) {
      const options = Object.fromEntries(
        Object.entries(element.options).map(([name, option]) => [
          name,
          { ...option, value: pseudoLocalise(option.value) },
        ]),
      );
      return { ...element, options } as typeof element;
    }
    // Type 0 is literal text in the parser's syntax tree.
    return element.type === 0 ? { ...element, value: pseudoText(element.value) } : element;
  });
}
