import { z } from 'zod';
import { inWords, JOB_ID, JOB_STATE, jobOf, seen } from '../tool/own-jobs.js';
import { defineTool } from '../tool/tool.js';

export const stopJob = defineTool({
  name: 'stop_job',
  title: 'Stop job',
  description: 'Stop a job: what is under way is finished, nothing more is begun.',
  toolset: 'tasks',
  verb: 'stop',
  listed: false,
  covers: [],
  input: z.strictObject({ job_id: JOB_ID }),
  output: JOB_STATE,
  headline: inWords,
  async handler({ job_id }, context) {
    await jobOf(job_id, context);
    await context.jobs.cancel(job_id);
    return seen(await jobOf(job_id, context), context);
  },
});
