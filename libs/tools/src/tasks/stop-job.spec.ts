import { fakeContext, input, JOB } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { stopJob } from './stop-job.js';

const context = fakeContext();
const run = (job_id: string) => stopJob.handler(input(stopJob, { job_id }), context);

test('stops that job, and says what became of it', async () => {
  const stopped: string[] = [];
  context.jobs.cancel = (id) => Promise.resolve(stopped.push(id) > 0);
  expect(await run(JOB.id)).toMatchObject({ job_id: JOB.id, done: 50 });
  expect(stopped).toEqual([JOB.id]);
});

test.each(['another', 'a-job\0', ' '.repeat(64)])('%j is no job of this caller', (id) =>
  expect(run(id)).rejects.toThrow('no such job of yours'),
);

example(stopJob, { job_id: JOB.id });
