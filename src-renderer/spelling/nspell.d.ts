declare module 'nspell' {
  type NSpell = {
    correct(word: string): boolean;
    suggest(word: string): string[];
  };
  /** Reads a Hunspell dictionary. Throws on one that it cannot read. */
  function nspell(dictionary: { aff: string; dic: string }): NSpell;
  export = nspell;
}
