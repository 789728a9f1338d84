import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
afterAll(async () => {
  await client.close();
  await app.close();
});

type Answer = Awaited<ReturnType<TestClient['call']>>;
const ok = async (name: string, args: Record<string, unknown>): Promise<Answer> => {
  const answer = await client.call(name, args);
  expect(answer).toMatchObject({ isError: false });
  return answer;
};
const refused = async (name: string, args: Record<string, unknown>): Promise<string> => {
  const before = writes();
  const { isError, text } = await client.call(name, args);
  expect(isError).toBe(true);
  expect(writes()).toBe(before);
  return text;
};
const writes = () => app.sandbox.requests().filter(({ method }) => method !== 'GET').length;
const requests = async (work: () => Promise<unknown>) => {
  const before = app.sandbox.requests().length;
  await work();
  return app.sandbox.requests().length - before;
};
const column = ({ structured }: Answer, name: string): string[] => {
  const at = structured.columns.indexOf(name);
  return structured.rows.map((row: string[]) => row[at]);
};
const newest = async (on: string) => column(await ok('list_comments', { on }), 'text')[0];

/** Everything rich text knows, and what it does not. */
const MARKDOWN = [
  '## Release',
  '',
  '**Bold**, _italic_, ~~gone~~, `code` and [a link](https://example.com/a_(b)?c=1&d=2)',
  '',
  '> quoted',
  '',
  '1. one',
  '   - nested',
  '2. two',
  '',
  '- [ ] open',
  '- [x] done',
  '',
  '```ts',
  'const a = `b`;',
  '```',
].join('\n');

test('what is written in Markdown is read back letter for letter', async () => {
  await ok('add_comment', { on: ['ENG-123'], text: MARKDOWN });
  expect(await newest('ENG-123')).toBe(MARKDOWN);
  const table = '| Name | Hours |\n|---|---|\n| **Ada** | 3 |';
  await ok('add_comment', { on: ['ENG-123'], text: `${table}\n\n---\n\n7. seven` });
  expect(await newest('ENG-123')).toBe('**Name** | **Hours**\n**Ada** | 3\n\n———\n\n7\\. seven');
});

test('says who was mentioned and who was not, as ClickUp has it', async () => {
  const { structured } = await ok('add_comment', {
    on: ['ENG-123'],
    text: 'Hi @[Priya Nair] and @Sarah, not @Tom Becker; mail a@b.c `@David`',
  });
  expect(structured).toMatchObject({
    mentioned: ['Priya Nair', 'Sarah Chen'],
    not_mentioned: ['@Tom Becker: nobody is called so; write @[Tom Baker] if that is who is meant'],
  });
  expect(await newest('ENG-123')).toBe('Hi @[Priya Nair] and @[Sarah Chen], not @Tom Becker; mail a@b.c `@David`');
  expect(await refused('add_comment', { on: ['ENG-123'], text: 'Hi @[Nobody Atall]' })).toMatch(/^Error: text: /);
});

test('a message in a channel mentions, in two requests', async () => {
  await ok('list_comments', { on: '#general' });
  const text = 'The release is done, @[Priya Nair]. `@[Tom Baker]`';
  const work = () => ok('add_comment', { on: ['#general'], text });
  expect(await requests(work)).toBeLessThanOrEqual(2);
  const answer = await ok('list_comments', { on: '#general' });
  expect(column(answer, 'text')[0]).toBe(text);
  const id = column(answer, 'id')[0];
  const { structured } = await ok('call_read_operation', {
    operation: 'getChatMessageTaggedUsers',
    path: { workspace_id: '12345', message_id: id },
  });
  expect(JSON.stringify(structured)).toContain('Priya Nair');
  expect(JSON.stringify(structured)).not.toContain('Tom Baker');
});

test('a person gets a direct message, in which nobody else is mentioned', async () => {
  const { structured } = await ok('add_comment', { on: ['@Sarah Chen'], text: 'Hi @[Sarah Chen] and @[Priya Nair]' });
  expect(structured).toMatchObject({
    mentioned: ['Sarah Chen'],
    not_mentioned: ['@Priya Nair: is not in the direct message with Sarah Chen'],
  });
});

test('a List is commented on by its name, and its mentions are checked', async () => {
  const { structured } = await ok('add_comment', { on: ['Incoming Bugs'], text: '- a\n- @[Priya Nair]' });
  expect(structured.mentioned).toEqual(['Priya Nair']);
  expect(await newest('Incoming Bugs')).toBe('- a\n- @[Priya Nair]');
});

test('several are commented on, each with its outcome', async () => {
  const { structured, text } = await ok('add_comment', { on: ['ENG-123', 'ENG-99999', '#general'], text: 'Any news?' });
  expect(structured).toMatchObject({ failed: 1 });
  expect(column({ structured } as Answer, 'outcome')).toEqual(['added', 'failed', 'added']);
  expect(text).toMatch(/^2 comments added, 1 failed/);
});

test.each([
  ['Marketing', /"Marketing" is a Space, and ClickUp has no comments on those/],
  ['Backend', /"Backend" is a Folder/],
  ['nothing like it', /Nothing is called "nothing like it". Name a task/],
  ['#nowhere', /There is no chat channel "nowhere" here/],
])('%s is refused before anything is sent', async (on, message) => {
  expect(await refused('add_comment', { on: ['ENG-123', on], text: 'x' })).toMatch(message);
});

test('a comment is changed, resolved, assigned and answered; what was so already is unchanged', async () => {
  await ok('add_comment', { on: ['ENG-123'], text: 'A **bold** plan' });
  const comment_id = column(await ok('list_comments', { on: 'ENG-123' }), 'id')[0];
  const change = { on: 'ENG-123', comment_id };
  const resolved = await ok('update_comment', { ...change, resolved: true });
  expect(resolved.structured).toMatchObject({ text: 'A **bold** plan', applied: ['resolved: no → yes'] });
  expect((await ok('update_comment', { ...change, resolved: true })).text).toMatch(/^Unchanged/);
  const { structured } = await ok('update_comment', {
    ...change,
    text: '~~A~~ plan @[Sarah Chen]',
    assignee: 'Sarah Chen',
  });
  expect(structured.applied).toEqual([
    'text: A **bold** plan → ~~A~~ plan @[Sarah Chen]',
    'assignee: none → Sarah Chen',
  ]);
  expect(await refused('update_comment', { ...change, reaction: 'heart' })).toMatch(/chat only/);
  await ok('add_comment', { on: ['ENG-123'], reply_to: comment_id, text: 'I agree' });
  const replies = await ok('list_comments', { on: 'ENG-123', replies_to: comment_id });
  expect(column(replies, 'text')).toEqual(['I agree']);
  const [reply] = column(replies, 'id');
  const changed = await ok('update_comment', {
    on: 'ENG-123',
    comment_id: reply,
    replies_to: comment_id,
    text: 'I do',
  });
  expect(changed.structured.applied).toEqual(['text: I agree → I do']);
});

test('a message takes reactions, replies and groups as assignees', async () => {
  await ok('add_comment', { on: ['#general'], text: 'Lunch?' });
  const comment_id = column(await ok('list_comments', { on: '#general' }), 'id')[0];
  const change = { on: '#general', comment_id };
  const applied = async (args: Record<string, unknown>) =>
    (await ok('update_comment', { ...change, ...args })).structured.applied;
  expect(await applied({ reaction: '👍' })).toEqual(['reactions: none → thumbsup']);
  expect(await applied({ reaction: ':thumbsup:' })).toEqual([]);
  expect(await applied({ reaction: 'none', resolved: true })).toEqual([
    'resolved: no → yes',
    'reactions: thumbsup → none',
  ]);
  await ok('add_comment', { on: ['#general'], reply_to: comment_id, text: 'Yes', assignee: 'Backend Guild' });
  const replies = await ok('list_comments', { on: '#general', replies_to: comment_id });
  expect([column(replies, 'text'), column(replies, 'assignee')]).toEqual([['Yes'], ['Backend Guild']]);
});

test('messages are shown since a time, and all of a channel is reachable', async () => {
  const { structured } = await ok('list_comments', { on: '#engineering', since: 'yesterday' });
  expect(structured.scope).toMatch(/^messages in #engineering; since \d{4}-\d\d-\d\dT00:00/);
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await ok('list_comments', { on: '#engineering', cursor });
    for (const id of column(page, 'id')) expect(ids.has(id)).toBe(false);
    for (const id of column(page, 'id')) ids.add(id);
    ({ next_cursor: cursor } = page.structured);
  } while (cursor);
  expect(ids.size).toBe(124);
});

test('names of earlier versions keep working', async () => {
  expect((await ok('add_comment', { task_id: 'ENG-123', text: 'as before' })).structured.rows).toHaveLength(1);
  expect(column(await ok('list_comments', { task_id: 'ENG-123' }), 'text')[0]).toBe('as before');
  expect(await refused('list_comments', {})).toMatch(/on: say what the comments are on/);
});

test('a task is commented on by its name', async () => {
  await ok('add_comment', { on: ['Refactor Login Component'], text: 'by name' });
  const { structured } = await ok('find_tasks', { text: 'Refactor Login Component' });
  const ref = structured.rows[0][structured.columns.indexOf('ref')];
  expect(await newest(ref)).toBe('by name');
});

test('a channel is made, changed, and deleted after a preview', async () => {
  const manage = (args: Record<string, unknown>) =>
    client.call('call_write_operation', { operation: 'manage_channel', args });
  const created = await manage({ action: 'create', channel: '#launch-week', topic: 'One week', private: true });
  expect(created.text).toContain('created #launch-week');
  const again = await manage({ action: 'create', channel: 'launch-week', topic: 'Two weeks' });
  expect(again.text).toMatch(/it was there already/);
  const changed = await manage({ action: 'update', channel: '#launch-week', topic: 'Two weeks', private: false });
  expect(changed.text).toContain('topic: One week → Two weeks');
  expect(changed.text).toContain('access: private → public');
  await ok('add_comment', { on: ['#launch-week'], text: 'Hello' });
  const before = writes();
  const preview = await manage({ action: 'delete', channel: '#launch-week' });
  expect([preview.text, writes()]).toEqual([expect.stringContaining('with all its messages'), before]);
  await ok('confirm_change', { confirm_token: preview.structured.confirm_token });
  expect(await refused('add_comment', { on: ['#launch-week'], text: 'x' })).toMatch(/There is no chat channel/);
});
