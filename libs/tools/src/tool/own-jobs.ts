import { AppError, formatInstant } from '#libs/core';
import { z } from 'zod';
import { type SeenJob, type ToolContext } from '../tool/tool.js';

export const JOB_ID = z.string().min(1).max(64).describe('From the answer that said so');

export const JOB_STATE = z.strictObject({
  job_id: z.string(),
  tool: z.string(),
  state: z.enum(['working', 'completed', 'failed', 'cancelled']),
  done: z.number(),
  total: z.number(),
  began: z.string(),
  updated: z.string(),
  answer: z.record(z.string(), z.unknown()).optional(),
});

/** A job as tools answer it. */
export const seen = (job: SeenJob, { zone }: ToolContext): z.input<typeof JOB_STATE> => ({
  job_id: job.id,
  tool: job.tool,
  state: job.state,
  done: job.done,
  total: job.total,
  began: formatInstant(job.createdAt.getTime(), zone, true),
  updated: formatInstant(job.updatedAt.getTime(), zone, true),
  answer: job.answer,
});

/** @throws AppError `invalid_parameters` */
export async function jobOf(job_id: string, context: ToolContext): Promise<SeenJob> {
  // Anything else is no id, and may be no text that a database takes.
  const job = /^[\w-]+$/.test(job_id) ? await context.jobs.of(job_id) : undefined;
  if (job) return job;
  throw new AppError('invalid_parameters', 'job_id: there is no such job of yours. Jobs are kept for a day.', {
    details: { parameter: 'job_id' },
  });
}

export const inWords = ({ state, done, total }: z.input<typeof JOB_STATE>): string =>
  `${done} of ${total} done: ${state}`;
