import { type Operation, OPERATIONS } from '#libs/clickup';
import { Ajv, type ErrorObject } from 'ajv';
import { type z } from 'zod';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type RunningSandbox, startSandbox } from '../../apps/sandbox/src/index.js';
import { HANDLERS } from '../../apps/sandbox/src/handlers/index.js';
import { UNBUILT } from '../../apps/sandbox/src/unbuilt.js';
import { describeIf } from '../support/needs.js';

const NOW = 1_780_000_000_000;
const SPRINT_42 = '90144360426';
const FEATURES = {
  due_dates: { enabled: true, start_date: true, remap_due_dates: false, remap_closed_due_date: false },
  ...Object.fromEntries(['time_tracking', 'tags', 'time_estimates', 'checklists', 'custom_fields', 'remap_dependencies', 'dependency_warning', 'portfolios'].map((app) => [app, { enabled: true }])),
};

interface Arguments {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}
type Ids = Record<'task' | 'comment' | 'entry' | 'owner', string>;

/** Arguments for one successful call of every operation, with everything optional that makes the answer larger. */
const SAMPLES: Readonly<Record<string, (ids: Ids) => Arguments>> = {
  GetAuthorizedUser: () => ({}),
  GetAuthorizedTeams: () => ({}),
  GetSpaces: () => ({ path: { team_id: '12345' } }),
  GetSpace: () => ({ path: { space_id: '90140206' } }),
  CreateSpace: () => ({ path: { team_id: '12345' }, body: { name: 'Lab', multiple_assignees: true, features: FEATURES } }),
  UpdateSpace: () => ({ path: { space_id: '90140201' }, body: { name: 'Eng', color: '#111111', private: true, admin_can_manage: true, multiple_assignees: false, features: FEATURES } }),
  DeleteSpace: () => ({ path: { space_id: '90140205' } }),
  GetFolders: () => ({ path: { space_id: '90140201' } }),
  GetFolder: () => ({ path: { folder_id: '901480202' }, query: { include_subfolders: true } }),
  CreateFolder: () => ({ path: { space_id: '90140201' }, body: { name: 'Sub', parent_folder_id: '901480202' } }),
  UpdateFolder: () => ({ path: { folder_id: '901480202' }, body: { name: 'Core' } }),
  DeleteFolder: () => ({ path: { folder_id: '901480202' } }),
  GetLists: () => ({ path: { folder_id: '901480202' } }),
  GetFolderlessLists: () => ({ path: { space_id: '90140201' } }),
  GetList: () => ({ path: { list_id: SPRINT_42 } }),
  CreateList: () => ({ path: { folder_id: '901480202' }, body: { name: 'Sprint 43', content: 'c', due_date: NOW, due_date_time: true, priority: 2, assignee: 61_234_501, status: 'red' } }),
  CreateFolderlessList: () => ({ path: { space_id: '90140201' }, body: { name: 'Loose', markdown_content: '**x**' } }),
  UpdateList: () => ({ path: { list_id: SPRINT_42 }, body: { name: 'Sprint 42b', due_date: NOW, due_date_time: false, priority: 1, assignee: '61234501', unset_status: true } }),
  DeleteList: () => ({ path: { list_id: SPRINT_42 } }),
  GetListMembers: () => ({ path: { list_id: '90144360445' } }),
  GetTasks: () => ({ path: { list_id: SPRINT_42 }, query: { include_closed: true, subtasks: true, include_markdown_description: true } }),
  GetFilteredTeamTasks: () => ({ path: { team_Id: '12345' }, query: { include_closed: true, subtasks: true, include_markdown_description: true, statuses: ['to do', 'complete'] } }),
  GetTask: () => ({ path: { task_id: 'ENG-123' }, query: { custom_task_ids: true, team_id: '12345', include_subtasks: true, include_markdown_description: true } }),
  GetTaskMembers: ({ task }) => ({ path: { task_id: task } }),
  CreateTask: ({ owner }) => ({ path: { list_id: SPRINT_42 }, body: { name: 'New', markdown_content: '# New', assignees: [Number(owner)], tags: ['Bug', 'Fresh'], priority: 1, due_date: NOW, start_date: NOW, time_estimate: 60_000, points: 2.5 } }),
  UpdateTask: ({ task, owner }) => ({ path: { task_id: task }, body: { status: 'COMPLETE', assignees: { add: [Number(owner)], rem: [] }, priority: null } }),
  DeleteTask: ({ task }) => ({ path: { task_id: task } }),
  AddTagToTask: ({ task }) => ({ path: { task_id: task, tag_name: 'needs review/now' } }),
  RemoveTagFromTask: ({ task }) => ({ path: { task_id: task, tag_name: 'backend' } }),
  GetTaskComments: ({ task }) => ({ path: { task_id: task } }),
  GetListComments: () => ({ path: { list_id: SPRINT_42 } }),
  GetThreadedComments: ({ comment }) => ({ path: { comment_id: comment } }),
  CreateTaskComment: ({ task, owner }) => ({ path: { task_id: task }, body: { comment_text: 'Hello', assignee: Number(owner), notify_all: false } }),
  CreateListComment: () => ({ path: { list_id: SPRINT_42 }, body: { comment_text: 'Hello', notify_all: true } }),
  CreateThreadedComment: ({ comment }) => ({ path: { comment_id: comment }, body: { comment_text: 'Indeed', notify_all: false } }),
  UpdateComment: ({ comment, owner }) => ({ path: { comment_id: comment }, body: { comment_text: 'Better', assignee: Number(owner), resolved: true } }),
  DeleteComment: ({ comment }) => ({ path: { comment_id: comment } }),
  Gettimeentrieswithinadaterange: ({ owner }) => ({ path: { team_Id: '12345' }, query: { assignee: [Number(owner), 61_234_501 + 3 * 37], include_task_tags: true, include_location_names: true } }),
  Getsingulartimeentry: ({ entry }) => ({ path: { team_id: '12345', timer_id: entry }, query: { include_task_tags: true, include_location_names: true } }),
  Getrunningtimeentry: () => ({ path: { team_id: '12345' }, query: { assignee: 61_234_501 + 3 * 37 } }),
  Createatimeentry: ({ task }) => ({ path: { team_Id: '12345' }, body: { start: NOW, duration: 60_000, tid: task, description: 'd', billable: true, tags: [{ name: 'a', tag_fg: '#000000', tag_bg: '#ffffff' }] } }),
  UpdateatimeEntry: ({ entry }) => ({ path: { team_id: '12345', timer_id: entry }, body: { tags: [{ name: 'a', tag_fg: '#000000', tag_bg: '#ffffff' }], tag_action: 'add', start: NOW, end: NOW + 1 } }),
  DeleteatimeEntry: ({ entry }) => ({ path: { team_id: '12345', timer_id: entry } }),
  StartatimeEntry: ({ task }) => ({ path: { team_Id: '12345' }, body: { tid: task, tags: [{ name: 'a' }], billable: true } }),
  StopatimeEntry: () => ({ path: { team_id: '12345' } }),
};

/** Where ClickUp's documents contradict what ClickUp sends (or themselves), so that the second check must look away. */
const WRONG_IN_THE_DOCUMENTS: readonly { reason: string; where: (error: ErrorObject) => boolean }[] = [
  { reason: 'what may be null is hardly ever marked so', where: ({ data }) => data === null },
  { reason: 'arrays of objects are typed as arrays of strings', where: ({ instancePath, schema, data }) => schema === 'string' && /\/\d+$/.test(instancePath) && typeof data === 'object' },
  { reason: 'GetFolders: the array of Folders is typed as one Folder', where: ({ instancePath, schema }) => instancePath === '/folders' && schema === 'object' },
  { reason: 'GetFilteredTeamTasks: priority is typed as it is written, not as it is read', where: ({ instancePath, schema }) => /^\/tasks\/\d+\/priority$/.test(instancePath) && schema === 'integer' },
  { reason: 'an estimate is text in a task, but a number in a filtered list and in subtasks', where: ({ instancePath }) => /\/(tasks|subtasks)\/\d+\/time_estimate$/.test(instancePath) },
  { reason: 'start and end of time entries are typed as text; the example beside the type has numbers', where: ({ instancePath, schema }) => /^\/data\/(\d+\/)?(start|end)$/.test(instancePath) && schema === 'string' },
  { reason: 'an entry that runs has no end', where: ({ instancePath, params }) => /^\/data\/\d+$/.test(instancePath) && params.missingProperty === 'end' },
  { reason: 'an entry without task has neither task nor place', where: ({ instancePath, params }) => /^\/data(\/\d+)?$/.test(instancePath) && ['task', 'task_location', 'task_tags', 'task_url'].includes(params.missingProperty as string) },
  { reason: 'the owner of a List is typed as text where it is updated, as an object where it is created', where: ({ instancePath, data }) => instancePath === '/assignee' && typeof data === 'object' },
];
const needed = new Set<string>();
const excused = (error: ErrorObject) => {
  const reasons = WRONG_IN_THE_DOCUMENTS.filter(({ where }) => where(error)).map(({ reason }) => reason);
  for (const reason of reasons) needed.add(reason);
  return reasons.length > 0;
};

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 120, now: () => NOW });
});
afterAll(() => sandbox.close());

/** Fresh data, and the ids that samples need: a task with comments and a subtask, a comment with a reply, a time entry, a running timer. */
async function prepare(): Promise<Ids> {
  sandbox.reset();
  const row = (id: string) => OPERATIONS.find((operation) => operation.id === id) as Operation;
  const { body: me } = await send(row('GetAuthorizedUser'), {});
  const { body: tasks } = await send(row('GetTasks'), { path: { list_id: SPRINT_42 }, query: { order_by: 'created' } });
  const task = tasks.tasks.find(({ name }: { name: string }) => name.includes('memory leak')).id;
  const { body: comments } = await send(row('GetTaskComments'), { path: { task_id: task } });
  const comment = comments.comments[0].id;
  await send(row('CreateThreadedComment'), { path: { comment_id: comment }, body: { comment_text: 'r', notify_all: false } });
  await send(row('CreateListComment'), { path: { list_id: SPRINT_42 }, body: { comment_text: 'l', notify_all: false } });
  const { body: entries } = await send(row('Gettimeentrieswithinadaterange'), { path: { team_Id: '12345' } });
  await send(row('StartatimeEntry'), { path: { team_Id: '12345' }, body: { tid: task } });
  return { task, comment, entry: entries.data[0].id, owner: String(me.user.id) };
}

 
async function send(row: Operation, { path = {}, query = {}, body }: Arguments): Promise<{ status: number; body: any }> {
  const url = new URL(sandbox.url + (row.path as string).replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? '')));
  for (const [key, value] of Object.entries(query)) {
    if (!Array.isArray(value)) url.searchParams.append(key, String(value));
    else if (row.csv?.includes(key)) url.searchParams.append(key, value.join(','));
    else for (const item of value) url.searchParams.append(`${key}[]`, String(item));
  }
  const response = await fetch(url, {
    method: row.method,
    headers: { authorization: 'pk_sandbox_owner', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {} };
}

const issues = (schema: z.ZodType | undefined, value: unknown) =>
  (schema?.safeParse(value).error?.issues ?? []).slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);

const ROWS = OPERATIONS.map((row) => [row.id, row] as const);

describe('the sandbox and the operation table', () => {
  it('have the same operations: a handler and a sample for every row, a row for every handler', () => {
    const rows = OPERATIONS.map(({ id }) => id).sort();
    expect(Object.keys(HANDLERS).sort()).toEqual(rows);
    expect(Object.keys(SAMPLES).sort()).toEqual(rows);
  });

  it.each(ROWS)('%s answers what its row says', async (id, row) => {
    const sample = SAMPLES[id]?.(await prepare()) ?? {};
    const { status, body } = await send(row, sample);
    expect([status, issues(row.response as z.ZodType, body)]).toEqual([id === 'DeleteTask' ? 204 : 200, []]);
    expect(issues(row.body as z.ZodType | undefined, sample.body)).toEqual([]);
    expect(issues(row.query as z.ZodType | undefined, sample.query ?? {})).toEqual([]);
  });

  it.each(Object.entries(UNBUILT))('%s is not built yet: 501 by name', async (key, operation) => {
    const [method = '', path = ''] = key.split(' ');
    const response = await fetch(sandbox.url + path.replaceAll(/\{[^}]+\}/g, '1'), { method, headers: { authorization: 'pk_sandbox_owner' } });
    expect([response.status, await response.json()]).toEqual([501, { err: `${operation} is not in the sandbox yet`, ECODE: 'SANDBOX_501' }]);
  });
});

const directory = resolve(process.env.CLICKUP_OPENAPI_DIR ?? resolve(__dirname, '../../../shared/clickup'));
const FILES = ['openapi-v2.json', 'openapi-v3.json'];
const present = FILES.every((file) => existsSync(join(directory, file)));

interface Document {
  servers: { url: string }[];
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, { content?: Record<string, unknown> }> }>>;
}
const documents = present ? FILES.map((file) => [file, JSON.parse(readFileSync(join(directory, file), 'utf8')) as Document] as const) : [];
const documented = documents.flatMap(([file, { paths, servers }]) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, value]) => value.operationId)
      .map(([method, { operationId, responses }]) => ({ file, path, method, operationId, responses, wire: new URL(servers[0]?.url ?? '').pathname.replace(/\/$/, '') + path })),
  ),
);
const pointer = (...steps: string[]) => steps.map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

describeIf(present, `ClickUp's OpenAPI documents in ${directory} (CLICKUP_OPENAPI_DIR)`)('the sandbox and the OpenAPI documents', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, validateFormats: false, validateSchema: false });
  for (const [file, document] of documents) ajv.addSchema(document, file);

  it('rows and operations not built yet are together all that is documented, and no operation is both', () => {
    const known = [...OPERATIONS.map(({ id, method, path }) => `${method} ${path} ${id}`), ...Object.entries(UNBUILT).map(([key, id]) => `${key} ${id}`)];
    expect(known.sort()).toEqual(documented.map(({ method, wire, operationId }) => `${method.toUpperCase()} ${wire} ${operationId}`).sort());
  });

  it.each(ROWS)('%s answers what the document says, where it is right', async (id, row) => {
    const found = documented.find(({ operationId }) => operationId === id);
    const [status, response] = Object.entries(found?.responses ?? {}).find(([code]) => code.startsWith('2')) ?? [];
    const type = Object.keys(response?.content ?? {})[0];
    if (!found || !status || !type) throw new Error(`${id} is documented without a successful answer.`);
    const validate = ajv.compile({ $ref: `${found.file}#${pointer('paths', found.path, found.method, 'responses', status, 'content', type, 'schema')}` });
    const answer = await send(row, SAMPLES[id]?.(await prepare()) ?? {});
    validate(answer.body);
    const wrong = (validate.errors ?? []).filter((error) => !['oneOf', 'anyOf'].includes(error.keyword) && !excused(error));
    expect(wrong.map(({ instancePath, message, data }) => `${instancePath} ${message} (${JSON.stringify(data)?.slice(0, 60)})`)).toEqual([]);
    expect(String(answer.status)).toBe(status);
  });

  it('needs every excuse it has', () => {
    expect(WRONG_IN_THE_DOCUMENTS.map(({ reason }) => reason).filter((reason) => !needed.has(reason))).toEqual([]);
  });
});
