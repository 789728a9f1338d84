import { fakeContext, input, JOB } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { getJob } from './get-job.js';

const context = fakeContext();
const run = (job_id: string) => getJob.handler(input(getJob, { job_id }), context);

test('says how far the job is, when it began and what it has answered', async () => {
  const output = await run(JOB.id);
  expect(output).toEqual({
    job_id: JOB.id,
    tool: 'bulk_create_tasks',
    state: 'completed',
    done: 50,
    total: 50,
    began: '2026-11-21T13:00+01:00',
    updated: '2026-11-21T13:01+01:00',
    answer: { created: 50 },
  });
  expect(getJob.headline?.(output)).toBe('50 of 50 done: completed');
});

test.each(['another', 'a-job\0', ' '.repeat(64)])('%j is no job of this caller', (id) =>
  expect(run(id)).rejects.toThrow('no such job of yours'),
);

example(getJob, { job_id: JOB.id });
