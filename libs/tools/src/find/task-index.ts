import { type Task } from '#libs/clickup';
import MiniSearch, { type SearchOptions } from 'minisearch';
import { Keeper, type KeptTask } from './kept-task.js';
import { matcher, telling, wordsOf } from './match.js';

/** Part of the creation dates that was not read yet, in Unix milliseconds; both ends lie outside of it. */
export interface Unread {
  after?: number | undefined;
  before?: number | undefined;
  /** The oldest come first. */
  reverse?: boolean;
  /** Of tasks that were all created in one and the same millisecond. */
  page?: number;
}

/** A task that a text means, perhaps. */
export interface Hit {
  task: KeptTask;
  /** `all`: it has every word that matters, each at the beginning of a word; `some`: it resembles. */
  fits: 'all' | 'some';
}

/** 1,100 were measured with 10,000 tasks of the sandbox, whose names are made of a few words. */
const BYTES_PER_TASK = 1_300;
/** Where so many tasks have all words, none that only resembles is looked for. */
const MANY = 10;
/** How many of what the library has found, best first, are compared name by name. */
const MOST_COMPARED = 200;
/** Words shorter than this are not mistyped, those of at least LONG letters may be twice; a swap of neighbours counts as two. */
const SHORT = 4;
const LONG = 7;
const mistakes = (word: string): number => (word.length < SHORT ? 0 : word.length < LONG ? 1 : 2);

interface Found {
  id: string;
  score: number;
}

const people = ({ assignees }: KeptTask): string =>
  assignees.map(({ username, email }) => username ?? email ?? '').join(' ');
const tags = (task: KeptTask): string => task.tags.map(({ name }) => name).join(' ');
const FIELDS: Readonly<Record<string, (task: KeptTask) => string>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  custom_id: ({ custom_id }) => custom_id ?? '',
  tags,
  people,
};

/**
 * The tasks of a Workspace as one credential sees them, with an inverted index of their words. It is made of what ClickUp answered and
 * knows nothing of what ClickUp has forgotten since: see `TaskReader`.
 */
export class TaskIndex {
  /** What was not read yet. Empty = all was read, once. */
  unread: Unread[] = [{}];
  /** When the reading began that has seen everything, in Unix milliseconds; undefined until one has come to its end. */
  fullSince?: number;
  /** When the reading that is under way began. */
  begun?: number;
  /** There is no memory for all tasks, so none are kept. */
  full = false;
  /** Up to when changes were asked for. */
  asOf = 0;
  /** Calls that refresh the index do so one after another. */
  turn: Promise<unknown> = Promise.resolve();

  private readonly tasks = new Map<string, KeptTask>();
  private readonly byCustomId = new Map<string, string>();
  private readonly keeper = new Keeper();
  private readonly words = new MiniSearch<KeptTask>({
    fields: ['name', 'custom_id', 'tags', 'people'],
    extractField: (task, field) => FIELDS[field]?.(task) ?? '',
    tokenize: wordsOf,
    processTerm: (word) => word,
  });

  get size(): number {
    return this.tasks.size;
  }

  /** Estimated. */
  get bytes(): number {
    return this.tasks.size * BYTES_PER_TASK;
  }

  all(): IterableIterator<KeptTask> {
    return this.tasks.values();
  }

  /** By id or custom id. */
  get(id: string): KeptTask | undefined {
    return this.tasks.get(id) ?? this.tasks.get(this.byCustomId.get(id.toUpperCase()) ?? '');
  }

  /** @param seen Unix milliseconds of the request that showed the tasks */
  put(tasks: readonly Task[], seen: number): void {
    for (const task of tasks) {
      if (task.archived) {
        this.drop(task.id);
        continue;
      }
      const kept = this.keeper.kept(task, seen);
      const before = this.tasks.get(kept.id);
      if (before && before.seen > seen) continue;
      const same = before && Object.values(FIELDS).every((field) => field(before) === field(kept));
      if (!same) {
        if (before) this.forget(before);
        this.words.add(kept);
        if (kept.custom_id) this.byCustomId.set(kept.custom_id.toUpperCase(), kept.id);
      }
      this.tasks.set(kept.id, kept);
    }
  }

  /** Forgets a task, by id or custom id, and its subtasks. */
  drop(id: string): void {
    const task = this.get(id);
    if (!task) return;
    this.forget(task);
    for (const { id: child, parent } of this.tasks.values()) if (parent === task.id) this.drop(child);
  }

  /** Forgets the tasks for which `gone` holds; their subtasks are judged by themselves. */
  dropWhere(gone: (task: KeptTask) => boolean): void {
    for (const task of this.tasks.values()) if (gone(task)) this.forget(task);
  }

  /** Has everything read again before the index counts as whole. */
  renew(): void {
    this.fullSince = undefined;
    this.begun = undefined;
    this.unread = [{}];
  }

  /** Has a task looked up before it is shown, unless ClickUp tells of a change of it. */
  doubt(id: string): void {
    const task = this.get(id);
    if (task) task.seen = 0;
  }

  /** Makes the next call that uses the index ask for changes first. */
  stale(): void {
    this.asOf = 0;
  }

  /**
   * What fits a text: tasks with all its words come first, then those that resemble it, each the best first and the newest among equals.
   * @param among which tasks may be found
   */
  search(text: string, among: (task: KeptTask) => boolean = () => true): Hit[] {
    const wanted = telling(text);
    if (wanted.length === 0) return [];
    const query = wanted.join(' ');
    const filter = ({ id }: { id: string }) => this.isAmong(id, among);
    const find = (how: SearchOptions) =>
      this.words.search(query, { boost: { name: 3, custom_id: 3 }, filter, ...how }) as unknown as Found[];
    const phrase = wordsOf(text).join(' ');
    const whole = this.sorted(find({ combineWith: 'AND', prefix: true }), (task) => nearness(task, phrase));
    const hits: Hit[] = whole.map((task) => ({ task, fits: 'all' }));
    if (hits.length >= MANY) return hits;
    const loosely = { prefix: (word: string) => word.length >= SHORT, fuzzy: mistakes };
    let near = find({ ...loosely, combineWith: 'AND' });
    // To look for tasks that have some of the words takes much longer, because common words are in thousands.
    if (near.length === 0) near = find({ ...loosely, combineWith: 'OR' });
    const score = matcher(text);
    const known = new Set(whole);
    const scores = new Map<string, number>();
    for (const { id } of near.slice(0, MOST_COMPARED + whole.length)) {
      const task = this.tasks.get(id)!;
      const resembles = score(`${task.name} ${task.custom_id ?? ''} ${tags(task)} ${people(task)}`);
      if (!known.has(task) && resembles > 0) scores.set(id, resembles);
    }
    const resembling = this.sorted(
      near.filter(({ id }) => scores.has(id)),
      ({ id }) => scores.get(id)!,
    );
    return [...hits, ...resembling.map((task): Hit => ({ task, fits: 'some' }))];
  }

  private isAmong(id: string, among: (task: KeptTask) => boolean): boolean {
    const task = this.tasks.get(id);
    return task !== undefined && among(task);
  }

  private sorted(results: readonly Found[], first: (task: KeptTask) => number): KeptTask[] {
    return (
      results
        .map(({ id, score }, index) => ({ task: this.tasks.get(id)!, score, index }))
        // The library has put the best first: comparing the names of all that share one common word would hold up everybody else.
        .map((each) => ({ ...each, first: each.index < MOST_COMPARED ? first(each.task) : 0 }))
        .sort((a, b) => b.first - a.first || b.score - a.score || b.task.date_updated - a.task.date_updated)
        .map(({ task }) => task)
    );
  }

  private forget(task: KeptTask): void {
    const kept = this.tasks.get(task.id);
    if (!kept) return;
    this.words.remove(kept);
    this.tasks.delete(kept.id);
    if (kept.custom_id) this.byCustomId.delete(kept.custom_id.toUpperCase());
  }
}

/** 2 = the name is the text, 1 = it contains it word for word. */
function nearness({ name, custom_id }: KeptTask, phrase: string): number {
  const words = wordsOf(name).join(' ');
  if (words === phrase || wordsOf(custom_id ?? '').join(' ') === phrase) return 2;
  return ` ${words} `.includes(` ${phrase} `) ? 1 : 0;
}
