/** What the window and its spelling worker say to each other. Each request is answered once, in order. */
export type SpellRequest = { id: number } & (
  | /** Without one: the English one that comes with the program. */ {
      kind: 'add';
      dictionary?: { aff: string; dic: string };
    }
  | { kind: 'learned'; words: string[] }
  | { kind: 'check'; words: string[] }
  | { kind: 'suggest'; word: string }
);

export type SpellAnswer = { id: number; words: string[] };
