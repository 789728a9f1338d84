import { SECOND_KEY, startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ sandbox: { latencyMs: 5 } });
});
afterAll(() => app.close());

async function call(key: string, name: string, args: object): Promise<any> {
  const response = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  return response.json();
}

test('200 parallel calls under two keys and one id: each answer carries its own canary', async () => {
  const canaries = Array.from({ length: 200 }, (_, index) => ({ key: index % 2 ? WRITE_KEY : SECOND_KEY, name: `canary-${index}-of-${index % 2 ? 'first' : 'second'}` }));
  const answers = await Promise.all(canaries.map(({ key, name }) => call(key, 'create_task', { list_id: '90144360426', name })));
  answers.forEach((answer, index) => {
    expect(answer.id).toBe(1);
    expect(answer.result.structuredContent.name).toBe(canaries[index]?.name);
  });
});

test('a cursor and a confirmation of one key are worthless under the other', async () => {
  const first = (await call(WRITE_KEY, 'find_tasks', {})).result.structuredContent;
  expect(first.next_cursor).toEqual(expect.any(String));
  expect((await call(SECOND_KEY, 'find_tasks', { cursor: first.next_cursor })).result._meta.error.code).toBe('invalid_parameters');
  expect((await call(WRITE_KEY, 'find_tasks', { cursor: first.next_cursor })).result.isError).toBe(false);

  const { id } = (await call(WRITE_KEY, 'create_task', { list_id: '90144360426', name: 'to be deleted' })).result.structuredContent;
  const { confirm_token } = (await call(WRITE_KEY, 'delete_task', { task_id: id })).result.structuredContent;
  expect((await call(SECOND_KEY, 'delete_task', { task_id: id, confirm_token })).result._meta.error.code).toBe('invalid_parameters');
  expect((await call(WRITE_KEY, 'get_task', { task_id: id })).result.isError).toBe(false);
  expect((await call(WRITE_KEY, 'delete_task', { task_id: id, confirm_token })).result.isError).toBe(false);
});
