import { z } from 'zod';
import { inWords, JOB_ID, JOB_STATE, jobOf, seen } from '../tool/own-jobs.js';
import { defineTool } from '../tool/tool.js';

export const getJob = defineTool({
  name: 'get_job',
  title: 'Get job',
  description: 'How far a call is that goes on as a job, and what it has answered in the end.',
  toolset: 'tasks',
  verb: 'get',
  listed: false,
  covers: [],
  input: z.strictObject({ job_id: JOB_ID }),
  output: JOB_STATE,
  headline: inWords,
  handler: async ({ job_id }, context) => seen(await jobOf(job_id, context), context),
});
