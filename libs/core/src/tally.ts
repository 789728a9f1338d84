/** Counts what happens often, by words of closed sets: one look-up in a map, where a counter with labels costs ten times as much. */
export class Tally {
  private readonly counts = new Map<string, number>();

  /** @param begun words that are told from the start on, with 0: of what is not told, nobody notices the first time */
  constructor(begun: readonly string[] = []) {
    for (const word of begun) this.counts.set(word, 0);
  }

  /** @param words of closed sets, without spaces; in the order of the labels that they become */
  add(...words: readonly string[]): void {
    const key = words.length === 1 ? words[0]! : words.join(' ');
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** What was counted so far. */
  *[Symbol.iterator](): Generator<{ words: readonly string[]; count: number }> {
    for (const [key, count] of this.counts) yield { words: key.split(' '), count };
  }
}
