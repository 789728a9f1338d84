import { GetTasks, type Task } from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { refOf } from '../task-parts/relations.js';
import { type LedgerEntry, type ToolContext } from '../tool/tool.js';
import { type PreparedTask } from './new-task.js';

/** After so long, ClickUp has done what it was asked for, or never will. */
const SETTLED_MS = 60_000;
/** The clocks of the database, which tells the ages, and of ClickUp may run apart by so much in that time. */
const CLOCKS_MS = 120_000;

/** What is known of an item that an earlier call under the same key began: its task, that nobody knows, or that it will be known later. */
export type Known = { ref: string } | { error: AppError } | { later: true };

export const digestOf = (item: unknown): string => sha256(JSON.stringify(item)).toString('base64url');

/**
 * What earlier calls under a `request_key` made of these items; items without an entry are yet to be sent. A creation whose outcome nobody
 * knows is looked for in its List: the tasks of this name that this person made since.
 * @throws AppError `invalid_parameters` when the key was used for other tasks
 */
export async function known(
  key: string,
  tasks: readonly PreparedTask[],
  digests: readonly string[],
  context: ToolContext,
): Promise<Map<number, Known>> {
  const entries = await context.ledger.read(key);
  for (const [item, { digest }] of entries)
    if (digests[item] !== digest)
      throw new AppError(
        'invalid_parameters',
        'request_key: it was used for other tasks within the last day. Repeat that call exactly to resume it, or take a new key.',
        { details: { parameter: 'request_key' } },
      );
  const found = new Map<number, Known>();
  const lost: number[] = [];
  for (const [item, entry] of entries) {
    if (entry.made) found.set(item, { ref: entry.made.ref });
    else if (entry.busy) found.set(item, { later: true });
    else lost.push(item);
  }
  const taken = new Set([...entries.values()].flatMap(({ made }) => (made ? [made.id] : [])));
  for (const items of groups(lost, tasks).values())
    for (const [item, one] of await lookFor(items, tasks[items[0]!]!, entries, taken, key, context))
      found.set(item, one);
  return found;
}

/** Whether a call was begun under this key, and no call is at work under it any more. */
export async function wasInterrupted(key: string, { ledger }: Pick<ToolContext, 'ledger'>): Promise<boolean> {
  const entries = [...(await ledger.read(key)).values()];
  return entries.length > 0 && !entries.some(({ busy }) => busy);
}

/** Items that could be mistaken for each other: of one List and one name. */
function groups(items: readonly number[], tasks: readonly PreparedTask[]): Map<string, number[]> {
  const alike = new Map<string, number[]>();
  for (const item of items) {
    const { list_id, body } = tasks[item]!;
    const trace = JSON.stringify([list_id, body.name.trim()]);
    alike.set(trace, [...(alike.get(trace) ?? []), item]);
  }
  return alike;
}

async function lookFor(
  items: readonly number[],
  { list_id, body }: PreparedTask,
  entries: ReadonlyMap<number, LedgerEntry>,
  taken: ReadonlySet<string>,
  key: string,
  context: ToolContext,
): Promise<[number, Known][]> {
  const ages = items.map((item) => entries.get(item)!.ageMs);
  const twins = (await madeSince(list_id, Math.max(...ages) + CLOCKS_MS, context)).filter(
    ({ id, name, creator }) => name.trim() === body.name.trim() && creator.id === context.me.id && !taken.has(id),
  );
  if (twins.length === items.length)
    return Promise.all(
      items.map(async (item, index): Promise<[number, Known]> => {
        const made = { id: twins[index]!.id, ref: refOf(twins[index]!) };
        await context.ledger.made(key, item, made);
        return [item, { ref: made.ref }];
      }),
    );
  if (twins.length === 0 && Math.min(...ages) >= SETTLED_MS) {
    for (const item of items) await context.ledger.forget(key, item);
    return [];
  }
  if (twins.length === 0) return items.map((item) => [item, { later: true }]);
  const why = `${twins.length} tasks of this name were made meanwhile, and nobody knows which of them are of this call: look at them.`;
  return items.map((item) => [item, { error: new AppError('unknown_outcome', why) }]);
}

async function madeSince(list_id: string, ageMs: number, { clickup }: ToolContext): Promise<Task[]> {
  const all: Task[] = [];
  for (let page = 0; ; page++) {
    const { tasks, last_page } = await clickup.call(GetTasks, {
      path: { list_id },
      query: { page, date_created_gt: Math.floor(clickup.now() - ageMs), include_closed: true, subtasks: true },
    });
    all.push(...tasks);
    if (last_page || tasks.length === 0) return all;
  }
}
