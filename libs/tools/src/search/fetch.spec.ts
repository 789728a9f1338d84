import { AppError } from '#libs/core';
import { fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { fetch } from './fetch.js';

const context = () =>
  fakeContext({
    GetTask: ({ path }) => {
      if (path?.task_id === 'a1' || path?.task_id === 'ENG-7')
        return task({ id: 'a1', custom_id: 'ENG-7', text_content: 'Words' });
      throw new AppError('clickup_not_found');
    },
    GetFilteredTeamTasks: { tasks: [task({ id: 'a1', custom_id: 'ENG-7' })] },
  });
const fetched = (id: string, more = {}, asked = context()) => fetch.handler(input(fetch, { id, ...more }), asked);

test.each(['task:a1', 'a1', 'ENG-7', 'Fix the memory leak', 'task:fix the memory leak'])('a task by %s', async (id) => {
  expect(await fetched(id)).toMatchObject({
    id: 'task:a1',
    title: 'Fix the memory leak',
    url: 'https://app.clickup.com/t/a1',
    text: expect.stringContaining('Status: to do'),
    metadata: { kind: 'task' },
  });
});

test.each(['list:301', 'Engineering / Backend / Sprint 42', '301'])('a List with its open tasks by %s', async (id) => {
  expect(await fetched(id)).toMatchObject({
    id: 'list:301',
    title: 'Engineering / Backend / Sprint 42',
    text: expect.stringMatching(/List: Engineering[\s\S]*complete: all 1[\s\S]*ENG-7/),
    metadata: { kind: 'list' },
  });
});

test('what is too long goes on with the cursor, to the end', async () => {
  const words = Array.from({ length: 6_000 }, (_, index) => `w${index}`).join(' ');
  const asked = fakeContext({ GetTask: task({ id: 'a1', markdown_description: words }) });
  const texts: string[] = [];
  let cursor: string | undefined;
  do {
    const { text, metadata } = await fetched('task:a1', { cursor }, asked);
    texts.push(text);
    cursor = metadata.next_cursor;
  } while (cursor);
  expect(texts.length).toBeGreaterThan(2);
  const seen = new Set(texts.join(' ').match(/w\d+/g));
  expect(seen.size).toBe(6_000);
});

test('a name that several things bear names them with their ids', async () => {
  const asked = context();
  asked.directory.object = (kind) =>
    kind === 'doc'
      ? Promise.resolve({ kind, id: 'd1', name: 'Campaigns' })
      : Promise.reject(new AppError('clickup_not_found'));
  await expect(fetched('Campaigns', {}, asked)).rejects.toMatchObject({
    code: 'invalid_parameters',
    message: expect.stringMatching(/can be list:303 .* or doc:d1/),
  });
});

test('nothing of that name says where it was looked for', async () => {
  await expect(fetched('nothing at all')).rejects.toThrow(/^id: nothing is called "nothing at all"/);
  const asked = context();
  asked.directory.object = (kind) => Promise.reject(new AppError(kind === 'goal' ? 'forbidden' : 'clickup_not_found'));
  await expect(fetched('nothing at all', {}, asked)).rejects.toThrow(/may not read them: goals\./);
});

example(fetch, { id: 'task:86abc1' });
