/** One word that a POSIX shell reads as exactly this text. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line that a POSIX shell reads as exactly these words. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
