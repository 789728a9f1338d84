/** 36^6: six places of a task id. The factor is prime, so no two indexes below it share an id. */
const SPAN = 36 ** 6;
const FACTOR = 15_485_863;

/** Nine lower-case characters, as ClickUp makes them; scattered, and one-to-one for indexes below 10^8. */
export const taskId = (prefix: '86c' | '86d', index: number): string =>
  prefix + ((60_466_176 + index * FACTOR) % SPAN).toString(36).padStart(6, '0');

/** Where the ids of objects made at run time begin; every kind counts by itself, so they are the same after each reset. */
const STARTS = {
  space: 90_149_001,
  folder: 901_490_001,
  list: 90_144_370_001,
  comment: 90_140_050_000_001,
  entry: 4_519_000_000_000_000_001n,
  history: 50_000_001,
};
type Kind = keyof typeof STARTS;

/** Hands out ids for what is made while the sandbox runs. */
export class Ids {
  private readonly counts = new Map<Kind | 'task', number>();

  next(kind: Kind | 'task'): string {
    const count = this.counts.get(kind) ?? 0;
    this.counts.set(kind, count + 1);
    if (kind === 'task') return taskId('86d', count);
    return String(BigInt(STARTS[kind]) + BigInt(count));
  }
}
