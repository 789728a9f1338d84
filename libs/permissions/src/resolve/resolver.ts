import {
  type AnswerCache,
  GetTasks,
  type JudgedCall,
  type Operation,
  RELOCATING,
  type Target,
  type Task,
} from '#libs/clickup';
import { AppError, type ErrorCode, type Verb } from '#libs/core';
import { type Located } from '../located.js';
import { LocationCache } from './location-cache.js';
import { LOCATORS } from './locators.js';
import { type Asked, Lookup, type TaskPlace } from './lookup.js';
import { above, below } from './subfolders.js';
import { subtasksOf } from './subtasks.js';
import { NOT_SHOWN, Unresolved } from './where.js';

/** Errors by which ClickUp says that an object is not there, or not visible to this credential. All others fail the call. */
const NOT_THERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'clickup_not_found',
  'clickup_forbidden',
  'clickup_api_error',
  'invalid_parameters',
]);
/** When at least so many unknown tasks probably lie in one List, reading the List costs less than reading the tasks. */
const MANY = 3;

const RELOCATING_VERBS: ReadonlySet<Verb> = new Set(RELOCATING);

type Found = Omit<Located, 'kind'>;
const placed = ({ id, where }: TaskPlace): Found => ({ id, ...where });

/** Makes what locates the targets of one call; called once for each request to ClickUp. */
export type Whereabouts = (
  call: JudgedCall,
) => Pick<Resolver, 'locate' | 'climb' | 'subfolders' | 'subtasks' | 'seen' | 'forget'>;

/** Says where the targets of one call lie, by what its own credential reads. Made for that call. */
export class Resolver {
  private readonly lookup: Lookup;

  /**
   * @param cache shared by all calls; nothing in it can be found under another credential
   * @param home the only Workspace of the caller
   */
  constructor(call: Asked, cache: AnswerCache, { signal, home }: { signal?: AbortSignal; home?: string } = {}) {
    this.lookup = new Lookup(call, new LocationCache(cache, call.read, signal), home);
  }

  /**
   * Where the targets lie, in their order and with canonical ids. It costs one request for each task that is not cached, all at the same
   * time; when many lie in one List, one for the first and one per 100 for the others. A List, Folder, view, Doc or time entry costs one
   * request, and one more for its parent.
   * @throws AppError when ClickUp cannot be asked (limits, deadline, credential, server errors)
   */
  async locate(targets: readonly Target[]): Promise<Located[]> {
    await this.many(targets.filter(({ kind, custom }) => kind === 'task' && custom === undefined).map(({ id }) => id));
    return Promise.all(targets.map(async (target) => ({ kind: target.kind, ...(await this.one(target)) })));
  }

  /** What was located, with the Folders above; one request for each Space in which something lies in a Folder. */
  climb(located: readonly Located[]): Promise<Located[]> {
    return Promise.all(
      located.map(async (each) =>
        each.space !== undefined && each.folder !== undefined
          ? { ...each, above: above(each.folder, await this.parents(each.space)) }
          : each,
      ),
    );
  }

  /** All Folders below these, at any depth; one request for each that is not kept, and one for its Space. */
  async subfolders(folders: readonly string[]): Promise<string[]> {
    const held = await this.locate(folders.map((id) => ({ kind: 'folder', id })));
    const found = await Promise.all(
      held.map(async ({ id, space }) => (space === undefined ? [] : below(id, await this.parents(space)))),
    );
    return found.flat();
  }

  /** Everything below the tasks among the targets, at any depth; one request for each task and each of these. */
  async subtasks(targets: readonly Target[]): Promise<Located[]> {
    const tasks = await Promise.all(
      targets
        .filter(({ kind }) => kind === 'task')
        .map(async (target) => (target.custom === undefined ? target : await this.one(target))),
    );
    const ids = [...new Set(tasks.map(({ id }) => id))];
    const below: Target[] = [];
    // A task that is not there has no subtasks; the task itself is refused by its own place.
    const { unresolved } = await resolved('', async () => {
      below.push(...(await subtasksOf(ids, this.lookup)).map((id) => ({ kind: 'task', id }) as const));
      return { id: '' };
    });
    return unresolved === undefined ? this.locate(below) : [{ kind: 'task', id: ids[0] ?? '', unresolved }];
  }

  /**
   * What was located before a write, with the place of the written task as ClickUp's answer tells it now, which is remembered; undefined
   * when the answer tells none.
   */
  seen(answer: unknown, located: readonly Located[]): Located[] | undefined {
    const task = taskIn(answer);
    if (!task) return undefined;
    const now: Located = { kind: 'task', ...placed(this.lookup.learn(task)) };
    // The answer does not name the Folders above: they are the same as before as long as the Folder is.
    now.above = located.find(({ folder }) => folder !== undefined && folder === now.folder)?.above;
    return [...located.filter(({ kind, id }) => kind !== 'task' || id !== task.id), now];
  }

  /** Forgets where these lie, if the operation may have changed it. */
  forget(operation: Operation, targets: readonly Target[]): void {
    const { verb, relocates } = operation;
    if (!RELOCATING_VERBS.has(verb) && !relocates) return;
    const { cache } = this.lookup;
    // With a place everything in it moves, and a merge moves comments, checklists, time entries and subtasks: then everything is forgotten.
    if (verb === 'merge' || targets.some(({ kind }) => kind !== 'task')) cache.forget('');
    for (const { id, custom } of targets)
      cache.forget(custom === undefined ? `task/${id}` : `custom/${custom}/${id.toUpperCase()}`);
  }

  private async one({ kind, id, custom }: Target): Promise<Found> {
    return resolved(id, async () => {
      if (custom === undefined) return { id, ...(await LOCATORS[kind](id, this.lookup)) };
      return placed(await this.lookup.customTask(id, custom));
    });
  }

  private async parents(space: string): Promise<Readonly<Record<string, string>>> {
    try {
      return await this.lookup.parents(space);
    } catch (error) {
      // In a Space that cannot be read no subfolders are known, so each Folder counts by itself.
      if (error instanceof AppError && NOT_THERE.has(error.code)) return {};
      throw error;
    }
  }

  /**
   * Learns where many tasks lie with few requests, most of them at the same time. First one task is looked up, then twice as many each
   * time: a List is read when enough of the tasks found so far lie in it that more of the others probably do. Once reading a List has
   * found none of them, the tasks are scattered, and all that are left are looked up at once.
   */
  private async many(ids: readonly string[]): Promise<void> {
    const read = new Set<string>();
    let rest = this.unknown([...new Set(ids)]);
    for (let sample = 1; rest.length >= MANY; sample *= 2) {
      const tried = rest.slice(0, sample);
      const homes = (
        await Promise.all(tried.map((id) => resolved(id, async () => placed(await this.lookup.task(id)))))
      ).flatMap(({ list }) => list ?? []);
      rest = this.unknown(rest.slice(sample));
      const likely = [...new Set(homes)].filter(
        (list) =>
          !read.has(list) && (rest.length * homes.filter((home) => home === list).length) / tried.length >= MANY,
      );
      await Promise.all(likely.map((list) => resolved(list, () => this.readList(list, rest.length))));
      for (const list of likely) read.add(list);
      const left = this.unknown(rest);
      if (left.length === rest.length) return;
      rest = left;
    }
  }

  private async readList(list_id: string, wanted: number): Promise<Found> {
    for (let page = 0; page * GetTasks.pageSize < wanted; page++) {
      // With `include_timl` tasks of other Lists come too, and say that this List is their home, which is wrong.
      const { tasks } = await this.lookup.call(GetTasks, {
        path: { list_id },
        query: { page, include_closed: true, subtasks: true, include_timl: false },
      });
      for (const task of tasks) this.lookup.learn(task);
      if (tasks.length < GetTasks.pageSize) break;
    }
    return { id: list_id };
  }

  private unknown(ids: readonly string[]): string[] {
    return ids.filter((id) => !this.lookup.cache.knows(`task/${id}`));
  }
}

async function resolved(id: string, look: () => Promise<Found>): Promise<Found> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Unresolved) return { id, unresolved: error.message };
    if (error instanceof AppError && NOT_THERE.has(error.code)) return { id, unresolved: NOT_SHOWN };
    throw error;
  }
}

/** The task in an answer: the answer itself, or its `task`. */
function taskIn(answer: unknown): Task | undefined {
  const { task = answer } = (answer ?? {}) as { task?: unknown };
  const { id, list, space } = (task ?? {}) as Partial<Task>;
  return typeof id === 'string' && typeof list?.id === 'string' && typeof space?.id === 'string'
    ? (task as Task)
    : undefined;
}
