import { type Sandbox } from '../support/app.js';
import { type Dice } from '../support/random-world.js';
import { L1 } from '../support/scoped.js';

/** What a caller was told of something it wanted. A call that was cut off told nothing. */
export type Told = 'done' | 'not done' | 'unknown' | 'nothing';
/** A result of tools/call. */
export type Result = {
  isError?: boolean;
  content: { text: string }[];
  structuredContent: any;
  _meta?: { error?: { code: string } };
};

/** One thing that a call asks for, to be compared with what is there in the end. */
export interface Wish {
  /** Wishes of the same words are for the same thing, so many times. */
  what: string;
  told(result: Result): Told;
  /** Of a thing that is made: by which name the caller was given it. No two callers are given the same. */
  ref?(result: Result): string | undefined;
  /** How often ClickUp has done it. */
  times(sandbox: Sandbox): number;
  /** Done twice, it would be there twice. */
  creates: boolean;
}
export interface Write {
  tool: string;
  args: Record<string, unknown>;
  wishes: Wish[];
  /** The same call again goes on where the first one was interrupted. */
  resumes?: true;
}

/** What a write may be about; each task is used by one write only, so that nothing else has changed it. */
export interface Stage {
  /** A new marker. */
  mark(): string;
  /** One marker for all, for tasks that are the same in everything. */
  twin: string;
  task(): string;
  dice: Dice;
}

const codeOf = ({ _meta }: Result) => _meta?.error?.code;
/** Of a call that asks for one thing: an error says that it was not done, unless it says that nobody knows. */
const ofCall = (result: Result): Told =>
  !result.isError ? 'done' : codeOf(result) === 'unknown_outcome' ? 'unknown' : 'not done';
/** Of a tool that says in `not_applied` what has not come about. */
const ofChange = (result: Result): Told => {
  const missing: { is: string; why?: string }[] = result.structuredContent?.not_applied ?? [];
  if (result.isError || missing.length === 0) return ofCall(result);
  return missing.some(({ is, why }) => is === 'not known' || /unknown|not known|may have/.test(why ?? ''))
    ? 'unknown'
    : 'not done';
};
const FATES: Readonly<Record<string, Told>> = {
  created: 'done',
  'created before': 'done',
  done: 'done',
  unchanged: 'done',
  failed: 'not done',
  unknown: 'unknown',
  partly: 'unknown',
};
/** Of one item of a bulk call. A word that is not in the table fails. */
const ofRow =
  (at: number) =>
  (result: Result): Told => {
    if (result.isError) return ofCall(result);
    const { columns, rows, all } = result.structuredContent as { columns: string[]; rows: string[][]; all?: string };
    const said = all ?? (columns.includes('outcome') ? String(rows[at]?.[columns.indexOf('outcome')]) : 'created');
    const told = FATES[said.split(':')[0]!];
    if (!told) throw new Error(`what does an item "${said}" mean?`);
    return told;
  };
const refOfRow =
  (at: number) =>
  ({ structuredContent }: Result): string | undefined => {
    const { columns, rows } = (structuredContent ?? { columns: [], rows: [] }) as {
      columns: string[];
      rows: string[][];
    };
    return rows[at]?.[columns.indexOf('ref')] || undefined;
  };

/** @param by the operation that is asked for, where another one carries the marker as well */
const marked =
  (marker: string, creates: boolean, by?: string) =>
  (sandbox: Sandbox): number => {
    const effects = sandbox.effectsOf(marker).filter(({ operation }) => by === undefined || operation === by);
    return creates ? new Set(effects.map(({ object }) => object)).size : effects.length;
  };
const created = (marker: string, what: string, more: Partial<Wish> = {}): Wish => ({
  what: `${what} #m:${marker}`,
  told: ofCall,
  times: marked(marker, true),
  creates: true,
  ...more,
});
const changed = (marker: string, what: string, told = ofChange): Wish => ({
  what: `${what} #m:${marker}`,
  told,
  times: marked(marker, false),
  creates: false,
});

/** So many tasks one write may be about. */
export const MOST_TASKS = 6;
/** Names come twice, so that only their work tells two tasks from each other. */
const NAMES = ['Order paper', 'Call the printer', 'Water the plants'];
const markedTask = ({ dice, twin }: Stage, marker: string) => ({
  name: marker === twin ? 'Twin' : dice.pick(NAMES),
  description: `#m:${marker}`,
});

/** Each kind of write that callers send, as a random instance of it. */
export const WRITES: Readonly<Record<string, (stage: Stage) => Write>> = {
  create_task(stage) {
    const marker = stage.dice.chance(0.5) ? stage.twin : stage.mark();
    return {
      tool: 'create_task',
      args: { list_id: L1, ...markedTask(stage, marker) },
      wishes: [created(marker, 'a task', { ref: ({ structuredContent }) => structuredContent?.ref })],
    };
  },
  bulk_create_tasks(stage) {
    const markers = Array.from({ length: stage.dice.below(12) + 1 }, () => stage.mark());
    return {
      tool: 'bulk_create_tasks',
      args: { list_id: L1, tasks: markers.map((marker) => markedTask(stage, marker)) },
      wishes: markers.map((marker, at) => created(marker, 'one of many tasks', { told: ofRow(at), ref: refOfRow(at) })),
      resumes: true,
    };
  },
  update_task(stage) {
    const marker = stage.mark();
    return {
      tool: 'update_task',
      args: { task_id: stage.task(), description: `#m:${marker}` },
      wishes: [changed(marker, 'a description')],
    };
  },
  bulk_update_tasks(stage) {
    const markers = Array.from({ length: stage.dice.below(MOST_TASKS) + 1 }, () => stage.mark());
    return {
      tool: 'bulk_update_tasks',
      args: { groups: markers.map((marker) => ({ task_ids: [stage.task()], name: `#m:${marker}` })) },
      wishes: markers.map((marker, at) => changed(marker, 'one of many names', ofRow(at))),
      resumes: true,
    };
  },
  delete_task(stage) {
    const task_id = stage.task();
    return {
      tool: 'delete_task',
      args: { task_id },
      wishes: [
        {
          what: `the deletion of ${task_id}`,
          told: ofCall,
          times: ({ world }) => Number(!world.tasks.has(task_id)),
          creates: false,
        },
      ],
    };
  },
  add_comment(stage) {
    const marker = stage.mark();
    return {
      tool: 'add_comment',
      args: { on: [stage.task()], text: `#m:${marker}` },
      wishes: [created(marker, 'a comment')],
    };
  },
  edit_checklist(stage) {
    const marker = stage.mark();
    return {
      tool: 'edit_checklist',
      args: { task_id: stage.task(), checklist: `#m:${marker}` },
      wishes: [created(marker, 'a checklist', { told: ofChange })],
    };
  },
  create_time_entry(stage) {
    const marker = stage.mark();
    return {
      tool: 'create_time_entry',
      args: { task_id: stage.task(), start: 'today 08:00', duration: '30m', description: `#m:${marker}` },
      wishes: [created(marker, 'a time entry')],
    };
  },
  create_goal(stage) {
    const marker = stage.mark();
    return {
      tool: 'create_goal',
      args: { name: `#m:${marker}`, due_date: 'in 30 days' },
      wishes: [created(marker, 'a goal')],
    };
  },
  write_doc(stage) {
    const marker = stage.mark();
    return {
      tool: 'write_doc',
      args: { doc: `#m:${marker}`, mode: 'create', text: 'Plan' },
      wishes: [created(marker, 'a Doc', { times: marked(marker, true, 'createDocPublic') })],
    };
  },
};

/** What is wrong with what callers were told of the same thing; undefined when it is true. */
export function lie(wish: Wish, told: readonly Told[], sandbox: Sandbox): string | undefined {
  const times = wish.times(sandbox);
  const done = told.filter((one) => one === 'done').length;
  const possible = told.filter((one) => one !== 'not done').length;
  const said = `${wish.what}: there ${times} times, told ${told.join(', ')}`;
  if (times < (wish.creates ? done : Math.min(done, 1))) return `lost: ${said}`;
  if (possible === 0 && times > 0) return `denied: ${said}`;
  return wish.creates && times > possible ? `doubled: ${said}` : undefined;
}
