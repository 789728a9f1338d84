import { z } from 'zod';
import { type DoorName } from './stage.js';

/** Structured answers of earlier steps, by the name they were kept under. */
export type Results = Readonly<Record<string, Record<string, unknown> | undefined>>;

/** One request of the tour. */
export interface Step {
  /** As a person would say it. */
  ask: string;
  /** Whose key is used; `write` when left out. */
  door?: DoorName;
  tool: string;
  args: Record<string, unknown> | ((kept: Results) => Record<string, unknown>);
  /** What must hold of `{ value, refused, upstream }` for the step to have succeeded. */
  expect: z.ZodType | ((kept: Results) => z.ZodType);
  /** Keeps the answer for later steps. */
  keep?: string;
}

const value = (shape: z.ZodRawShape) => z.looseObject({ value: z.looseObject(shape) });
/** Demands that these texts stand somewhere in the answer, such as names in a table. */
const mentions = (...texts: string[]) =>
  z.looseObject({
    value: z
      .looseObject({})
      .refine(
        (answer) => texts.every((text) => JSON.stringify(answer).includes(text)),
        `should mention ${texts.join(' and ')}`,
      ),
  });
const rows = z.array(z.array(z.unknown())).min(1);
/** Nothing but reading reached ClickUp. */
const onlyReads = z.looseObject({ upstream: z.array(z.looseObject({ method: z.literal('GET') })) });
/** Demands that `not_applied` is missing: ClickUp took everything that was asked for. */
const NOTHING = z.undefined().optional();
const NO_REQUEST = z.array(z.unknown()).length(0);
const INVALID_PARAMS = -32_602;

/** The tour: what people ask most, and how it is refused. */
export const STEPS: readonly Step[] = [
  {
    ask: 'Which Spaces, Folders and Lists are there?',
    tool: 'get_workspace_hierarchy',
    args: {},
    expect: mentions('Engineering', 'Sprint 42', 'Current Sprint'),
  },
  {
    ask: 'What are my open tasks?',
    tool: 'find_tasks',
    args: { assignees: ['me'] },
    expect: value({ rows }).and(mentions('Anna Fischer')),
  },
  {
    ask: 'Find the task about the memory leak.',
    tool: 'find_tasks',
    args: { text: 'memory leak' },
    expect: value({ rows }).and(mentions('Fix memory leak in export worker')),
  },
  {
    ask: 'Open ENG-123.',
    tool: 'get_task',
    args: { task_id: 'ENG-123' },
    expect: value({ custom_id: z.literal('ENG-123'), name: z.literal('Refactor Login Component') }),
  },
  {
    ask: 'Create a task in Sprint 42 for me, due next Friday.',
    tool: 'create_task',
    args: {
      list_id: 'Engineering / Backend / Sprint 42',
      name: 'Write the release notes',
      description: 'Cover the **export worker** fix.',
      priority: 'high',
      due_date: 'next Friday',
      assignees: ['me'],
    },
    expect: value({
      id: z.string(),
      name: z.literal('Write the release notes'),
      priority: z.literal('high'),
      due: z.string(),
      not_applied: NOTHING,
    }),
    keep: 'created',
  },
  {
    ask: 'Set ENG-123 to in review.',
    tool: 'update_task',
    args: { task_id: 'ENG-123', status: 'in review' },
    expect: value({ not_applied: NOTHING }).and(mentions('→ in review')),
  },
  {
    ask: 'Comment on ENG-123 that the form is split and the tests are next.',
    tool: 'add_comment',
    args: { on: ['ENG-123'], text: 'The form is **split**; the tests are next.' },
    expect: value({ rows }),
  },
  {
    ask: 'What was said on ENG-123?',
    tool: 'list_comments',
    args: { on: 'ENG-123' },
    expect: mentions('the tests are next'),
  },
  {
    ask: 'Start a timer on ENG-123.',
    tool: 'start_timer',
    args: { task_id: 'ENG-123' },
    expect: value({ task: z.literal('Refactor Login Component') }),
  },
  {
    ask: 'Stop the timer.',
    tool: 'stop_timer',
    args: {},
    expect: value({ task: z.literal('Refactor Login Component'), duration: z.string() }),
  },
  {
    ask: 'Log 2h 30m on it for yesterday, from 9 am.',
    tool: 'create_time_entry',
    args: { task_id: 'ENG-123', start: 'yesterday 9am', duration: '2h 30m' },
    expect: value({ duration: z.literal('2h 30m'), not_applied: NOTHING }),
  },
  {
    ask: 'Which statuses and fields does Incoming Bugs have?',
    tool: 'get_list',
    args: { list_id: 'Incoming Bugs', include: ['fields'] },
    expect: mentions('triaged', 'Severity'),
  },
  {
    ask: 'How many tasks of Engineering are in which status, and how many are overdue?',
    tool: 'find_tasks',
    args: { within: ['Engineering'], count_by: 'status' },
    expect: value({ rows }).and(mentions('in progress', 'overdue')),
  },
  {
    ask: 'Give Frontend: crash on an empty board to Sarah, Backend: login slow after deploy to David.',
    tool: 'bulk_update_tasks',
    args: {
      groups: [
        { task_ids: ['Frontend: crash on an empty board'], add_assignees: ['Sarah Chen'] },
        { task_ids: ['Backend: login slow after deploy'], add_assignees: ['David Miller'] },
      ],
    },
    expect: value({ changed: z.literal(2) }),
  },
  {
    ask: 'How many hours did each of us work last week?',
    tool: 'list_time_entries',
    args: { range: 'last week', assignees: ['everyone'], sum_by: ['person'] },
    expect: value({ rows }).and(mentions('Anna Fischer')),
  },
  {
    ask: 'Is the Reduce Churn goal at risk?',
    tool: 'fetch',
    args: { id: 'Reduce Churn' },
    expect: mentions('Monthly churn'),
  },
  {
    ask: 'Let ENG-123 recur every Monday. (ClickUp has no way to do that by its API, and the answer says so.)',
    tool: 'search_operations',
    args: { query: 'let a task recur every Monday' },
    expect: mentions('not possible').and(z.looseObject({ upstream: NO_REQUEST })),
  },
  {
    ask: 'Delete the task I just made. (A preview comes first.)',
    tool: 'delete_task',
    args: ({ created }) => ({ task_ids: [created?.id] }),
    expect: value({ confirm_token: z.string(), preview: z.looseObject({ summary: z.string() }) }).and(onlyReads),
    keep: 'preview',
  },
  {
    ask: 'Yes, delete it.',
    tool: 'confirm_change',
    args: ({ preview }) => ({ confirm_token: preview?.confirm_token }),
    expect: value({ deleted: z.literal(1) }).and(mentions('Write the release notes')),
  },
  {
    ask: 'With the read-only key: which task is ENG-123?',
    door: 'read',
    tool: 'get_task',
    args: { task_id: 'ENG-123' },
    expect: value({ status: z.literal('in review') }),
  },
  {
    ask: 'With the read-only key: create a task. (Refused: for this key the tool does not exist.)',
    door: 'read',
    tool: 'create_task',
    args: { list_id: 'Engineering / Backend / Sprint 42', name: 'Must not appear' },
    expect: z.looseObject({ refused: z.looseObject({ code: z.literal(INVALID_PARAMS) }), upstream: NO_REQUEST }),
  },
  {
    ask: 'Connected by OAuth, with Sprint 42 ticked on the consent page: create a task there.',
    door: 'oauth',
    tool: 'create_task',
    args: { list_id: 'Engineering / Backend / Sprint 42', name: 'Made by a client without a key' },
    expect: value({ name: z.literal('Made by a client without a key') }),
  },
  {
    ask: 'The same in Sprint 41. (Refused: that List was not ticked.)',
    door: 'oauth',
    tool: 'create_task',
    args: { list_id: 'Engineering / Backend / Sprint 41', name: 'Must not appear' },
    expect: z.looseObject({ value: z.undefined().optional() }).and(onlyReads),
  },
];
