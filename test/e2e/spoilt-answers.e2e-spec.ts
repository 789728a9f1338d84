import { startTestApp, type TestApp } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey } from '../support/connect.js';

const LIST = '90144360426';
const SHAPES = [
  'empty',
  'no_content',
  'html',
  'other_object',
  'error',
  'missing_id',
  'object_id',
  'foreign_id',
  'half_json',
];

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ token } = await apiKey(app.gateway));
});
afterAll(() => app.close());

const call = (name: string, args: object): Promise<any> => callTool(app.url, token, name, args);
const spoil = (operation: string, shape: string) =>
  app.sandbox.configure({ faults: [{ operation, times: 1, kind: 'shape', shape: shape as 'empty' }] });

test.each(SHAPES)(
  'a task whose creation is answered with %s is found, once and as asked, or told as unknown',
  async (shape) => {
    spoil('CreateTask', shape);
    const { isError, structuredContent, _meta } = await call('create_task', {
      list_id: LIST,
      name: `#m:${shape} task`,
    });
    const [made, ...more] = app.sandbox.effectsOf(shape);
    expect(more).toEqual([]);
    if (isError) expect(_meta.error.code).toBe('unknown_outcome');
    else expect(structuredContent.id).toBe(made!.object);
  },
);

test.each(SHAPES)('a change that is answered with %s is told as done only when the task shows it', async (shape) => {
  const { id } = (await call('create_task', { list_id: LIST, name: 'before' })).structuredContent;
  spoil('UpdateTask', shape);
  const { isError, _meta } = await call('update_task', { task_id: id, name: `after ${shape}` });
  if (isError) expect(_meta.error.code).toBe('unknown_outcome');
  expect((await call('get_task', { task_id: id })).structuredContent.name).toBe(`after ${shape}`);
});

test.each(SHAPES)('a comment that is answered with %s was added once, or is told as unknown', async (shape) => {
  const { id } = (await call('create_task', { list_id: LIST, name: 'with a comment' })).structuredContent;
  spoil('CreateTaskComment', shape);
  const told = await call('add_comment', { task_id: id, text: `#m:c-${shape}` });
  expect(told.isError ? told._meta.error.code : 'done').toMatch(/^(done|unknown_outcome)$/);
  expect(app.sandbox.effectsOf(`c-${shape}`)).toHaveLength(1);
});
