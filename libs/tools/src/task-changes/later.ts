import { type AppError } from '#libs/core';
import { z } from 'zod';
import { type Table } from '../answers/table.js';
import { type Selection, type ToolContext } from '../tool/tool.js';

/** What is begun with less time than that would be cut off in the middle. */
const ENOUGH_MS = 12_000;
/** Refusals of something that was not sent, and can be sent later. */
const PASSING: readonly string[] = ['deadline_exceeded', 'clickup_rate_limit', 'cancelled'];

/** Whether one more object of many may be begun in this call. */
export const inTime = ({ msLeft }: Pick<ToolContext, 'msLeft'>): boolean => msLeft() >= ENOUGH_MS;

/** Whether an object was not begun for want of time or budget only. */
export const passes = ({ code }: AppError): boolean => PASSING.includes(code);

/** What tools on many objects say of those that were left for later, beside the rows that say so, or their count. */
export const JOB = { job: z.string().optional() };

const OUTCOME = 'outcome';
/** The outcome of an object that was left for later. */
export const WAITING = 'waiting';

/** Ends a call by filter: what waits goes on as a job, and a call of which everything is known may be made anew once it is told. */
export function leaveOrClose(
  outcomes: readonly { fate: string }[],
  selection: Selection,
  key: string,
  { leave, ledger }: Pick<ToolContext, 'leave' | 'ledger'>,
): void {
  const waiting = outcomes.filter(({ fate }) => fate === WAITING).length;
  if (waiting) leave(waiting, selection);
  else if (outcomes.every(({ fate }) => fate !== 'unknown')) ledger.close(key);
}

/**
 * @param all what happened to all of them in the same way
 * @param waiting how many, where the rows do not say it
 */
export function waitingInWords({
  columns,
  rows,
  all,
  waiting: told,
  job,
}: Table & { all?: string; waiting?: number; job?: string }): string[] {
  const outcome = columns.indexOf(OUTCOME);
  const waiting = all?.startsWith(WAITING)
    ? rows.length
    : (told ?? 0) + rows.filter((row) => String(row[outcome] ?? '').startsWith(WAITING)).length;
  if (!waiting) return [];
  return [
    job === undefined
      ? `${waiting} not begun yet: repeat the same call in two minutes, it goes on where this one ended`
      : `${waiting} go on as job ${job}: get_job tells how far it is`,
  ];
}
