import { fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { getList } from './get-list.js';

const GetList = {
  id: '301',
  name: 'Sprint 42',
  orderindex: 0,
  content: 'Goals',
  task_count: '9',
  due_date: String(Date.parse('2026-12-01T03:00:00Z')),
  priority: { priority: 'high', color: '#f50000' },
  status: { status: 'red', color: '#e50000' },
  folder: { id: '200', name: 'Backend', hidden: false },
  space: { id: '100', name: 'Engineering' },
  statuses: [{ status: 'to do', color: '#fff', orderindex: 0, type: 'open' }],
};
const get = async (args: Record<string, unknown>) => {
  const context = fakeContext({ GetList });
  return { context, found: await getList.handler(input(getList, args), context) };
};

test('what the directory knows costs no request', async () => {
  const { context, found } = await get({ list_id: 'Engineering / Backend / Sprint 42' });
  expect(found).toEqual({
    id: '301',
    path: 'Engineering / Backend / Sprint 42',
    task_count: 7,
    statuses: ['to do', 'in progress', 'complete'],
  });
  expect(context.calls).toEqual([]);
});

test('details are one request, and count afresh', async () => {
  const { context, found } = await get({ list_id: '301', details: true });
  expect(found).toEqual({
    id: '301',
    path: 'Engineering / Backend / Sprint 42',
    task_count: 9,
    statuses: ['to do'],
    description: 'Goals',
    due: '2026-12-01',
    priority: { name: 'high', color: '#f50000' },
    color: '#e50000',
  });
  expect(context.calls).toEqual([{ operation: 'GetList', path: { list_id: '301' } }]);
});

test('what is no List is refused', async () => expect(get({ list_id: 'Backend' })).rejects.toThrow(/^list_id: /));

example(getList, { list_id: '301', details: true });
