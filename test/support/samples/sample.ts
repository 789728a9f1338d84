/** The sandbox's clock while samples are sent, Unix ms. */
export const NOW = 1_780_000_000_000;
/** The List `Sprint 42`. */
export const SPRINT_42 = '90144360426';

export interface Arguments {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}
/** What exists before each sample is sent: a task with comments and a subtask, a comment with a reply, a time entry, the owner. */
export type Ids = Record<'task' | 'comment' | 'entry' | 'owner', string>;

/** By operationId: arguments for one successful call, with everything optional that makes the answer larger. */
export type Samples = Readonly<Record<string, (ids: Ids) => Arguments>>;
