import { z } from 'zod';
import { operation } from './operation.js';

const row = {
  id: 'X',
  method: 'GET',
  path: '/api/v2/x/{list_id}',
  toolset: 'x',
  summary: 'x',
  query: z.strictObject({ list_ids: z.array(z.string()) }),
  response: z.strictObject({}),
} as const;

// What these hold against is the compiler: each line that it would accept is an error there.
test('a column does not compile in a row that it means nothing for', () => {
  const made = [
    operation({ ...row, verb: 'list', placeFilters: { list_ids: 'list' }, tasksFrom: () => 'filters' }),
    operation({ ...row, verb: 'add', relocates: true, workspaceWide: true, changesDirectory: 'tree' }),
    // @ts-expect-error a read moves nothing
    operation({ ...row, verb: 'list', relocates: true }),
    // @ts-expect-error a read changes nothing
    operation({ ...row, verb: 'get', changesDirectory: 'tree' }),
    // @ts-expect-error the answer of a write is limited by what it wrote
    operation({ ...row, verb: 'update', ofWorkspace: 'placed' }),
    // @ts-expect-error a move is known to
    operation({ ...row, verb: 'move', relocates: true }),
    // @ts-expect-error its query has no such parameter
    operation({ ...row, verb: 'list', placeFilters: { lists_ids: 'list' } }),
  ];
  expect(made.map(({ id }) => id)).toEqual(made.map(() => 'X'));
});
