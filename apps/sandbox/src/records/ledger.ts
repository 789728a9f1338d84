import { type FastifyReply } from 'fastify';

/** One write that took effect. */
export interface Effect {
  operation: string;
  /**
   * What was made or changed: the id that the answer tells; where it tells none, method and path, and of a creation a number of its own.
   * The same object twice is the same state, two objects are a double.
   */
  object: string;
  /** Whether a right answer was handed to the connection in full. */
  answered: boolean;
}
/** What became of a marker, `#m:<id>` in what was written. */
interface Marked {
  /** Writes that took effect. */
  times: number;
  /** Objects that they made or changed. */
  objects: number;
  /** Writes whose answer was delivered. */
  answered: number;
}
export interface Writes {
  /** Writes that took effect, with a marker or without. */
  effects: number;
  unmarked: number;
  markers: Record<string, Marked>;
}

/** What a handler knows of the write that it has done. */
export interface Written {
  operation: string;
  /** It makes an object each time. */
  creates: boolean;
  method: string;
  /** Without the query; names of tags are in it. */
  path: string;
  body: unknown;
  result: object | undefined;
}

const MARKER = /#m:([\w-]+)/g;

/** Counts the writes that took effect by the markers in their content, so that a test can say what was lost and what was doubled. In memory. */
export class Ledger {
  private marked = new Map<string, Effect[]>();
  private effects = 0;
  private unmarked = 0;

  /** @returns the entry, to be marked as answered once it is */
  record({ operation, creates, method, path, body, result }: Written): Effect {
    this.effects++;
    const id = idIn(result);
    // The answer to some creations is what the new object lies in, whose id the path names.
    const own = creates && id !== undefined && path.split('/').includes(id) ? undefined : id;
    const object = own ?? `${method} ${path}${creates ? ` #${this.effects}` : ''}`;
    const effect = { operation, object, answered: false };
    const found = new Set<string>();
    collect(decoded(path), found);
    collect(body, found);
    if (found.size === 0) this.unmarked++;
    for (const marker of found) {
      const effects = this.marked.get(marker);
      if (effects) effects.push(effect);
      else this.marked.set(marker, [effect]);
    }
    return effect;
  }

  writes(): Writes {
    const markers = [...this.marked].map(([marker, effects]): [string, Marked] => [
      marker,
      {
        times: effects.length,
        objects: effects.length === 1 ? 1 : new Set(effects.map(({ object }) => object)).size,
        answered: effects.reduce((sum, { answered }) => sum + Number(answered), 0),
      },
    ]);
    return { effects: this.effects, unmarked: this.unmarked, markers: Object.fromEntries(markers) };
  }

  /** The writes with one marker, in their order. */
  effectsOf(marker: string): Effect[] {
    return (this.marked.get(marker) ?? []).map((effect) => ({ ...effect }));
  }

  clear(): void {
    this.marked = new Map();
    this.effects = this.unmarked = 0;
  }
}

/** Marks the write as answered when all of its answer has gone into a connection that is still there. */
export function whenDelivered(effect: Effect, { raw }: FastifyReply): void {
  // Node takes the socket away from the answer before it tells that it is finished.
  const { socket } = raw;
  raw.once('finish', () => {
    effect.answered = socket?.destroyed === false;
  });
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (value.includes('#m:')) for (const [, marker = ''] of value.matchAll(MARKER)) found.add(marker);
  } else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) collect(part, found);
}

/** The id of the object that an answer is about: its own, or that of the one object that it wraps (`{data: {…}}`, `{goal: {…}}`). */
function idIn(result: object | undefined): string | undefined {
  if (result === undefined) return undefined;
  const parts: unknown[] = Object.values(result);
  const [only] = parts;
  const wrapped = parts.length === 1 && typeof only === 'object' && only !== null ? only : {};
  return textOf((result as { id?: unknown }).id) ?? textOf((wrapped as { id?: unknown }).id);
}
const textOf = (id: unknown) => (typeof id === 'string' || typeof id === 'number' ? String(id) : undefined);

function decoded(path: string): string {
  try {
    return path.includes('%') ? decodeURIComponent(path) : path;
  } catch {
    return path;
  }
}
