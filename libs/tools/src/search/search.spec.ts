import { AppError } from '#libs/core';
import { fakeContext, input, task, TREE } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { search } from './search.js';

const context = () =>
  fakeContext({
    getDocPagesPublic: [],
    GetFilteredTeamTasks: { tasks: [task({ id: 'a1', custom_id: 'ENG-7' }), task({ id: 'b1', name: 'Sprint cake' })] },
  });
const found = (query: string, asked = context()) => search.handler(input(search, { query }), asked);

test('answers in the shape that ChatGPT demands, and says with the first result what was searched', async () => {
  const { results } = await found('memory leak');
  expect(results).toEqual([
    {
      id: 'task:a1',
      title: 'ENG-7 Fix the memory leak (task, to do, Sprint 42)',
      url: 'https://app.clickup.com/t/a1',
      metadata: { scope: expect.stringMatching(/^all 2 tasks indexed, as of .*searched all 0 pages of \d+ Docs/) },
    },
  ]);
});

test('finds places, and what bears the very words comes first', async () => {
  const { results } = await found('sprint 42');
  expect(results.map(({ id }) => id)).toEqual([`list:${TREE[0]!.children[0]!.children[0]!.id}`]);
  expect((await found('sprint')).results.map(({ id }) => id)).toEqual(['list:301', 'task:b1']);
});

test('what only resembles is said to, and nothing is no silence', async () => {
  const near = await found('memory leek');
  expect(near.results[0]).toMatchObject({
    id: 'task:a1',
    metadata: { scope: expect.stringMatching(/^nothing has all words of "memory leek"; these resemble it/) },
  });
  expect(await found('zebra')).toMatchObject({ results: [], scope: expect.stringMatching(/^not found; all 2 tasks/) });
});

test('a Doc or place whose name has half of the words resembles them', async () => {
  const asked = context();
  asked.directory.objects = (kind) =>
    Promise.resolve(
      kind === 'doc'
        ? [
            { kind, id: 'd1', name: 'API guidelines' },
            { kind, id: 'd2', name: 'Brand voice' },
          ]
        : [],
    );
  const { results } = await found('API Rate Limiting Guidelines', asked);
  expect(results).toEqual([
    expect.objectContaining({ id: 'doc:d1', metadata: { scope: expect.stringMatching(/^nothing has all words/) } }),
  ]);
});

test('what may not be read is left out, and that is said', async () => {
  const asked = context();
  asked.directory.objects = (kind) =>
    kind === 'goal' ? Promise.reject(new AppError('forbidden')) : Promise.resolve([]);
  expect((await found('zebra', asked)).scope).toContain('goals were not searched: they may not be read here');
});

example(search, { query: 'memory leak' });
