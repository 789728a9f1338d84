import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRead } from '#libs/core';
import { operationById, OPERATIONS } from '#libs/clickup';
import { CATALOGUE, present, renderTools, type Tool, wireTool } from '#libs/tools';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { applied, type Call, fakeContext, NOW, PEOPLE, task, userOf } from '../support/tool-context.js';

const SOURCE = join(__dirname, '../../libs/tools/src');
const each = CATALOGUE.map((tool) => [tool.name, tool] as const);
const ajv = new Ajv2020({ strict: false });
const fileOf = ({ toolset, name }: Tool) => join(SOURCE, toolset, `${name.replaceAll('_', '-')}.ts`);

/** First words of a name and the verbs they stand for. */
const NAMED_AFTER: Record<string, Tool['verb'][]> = {
  get: ['get'],
  list: ['list'],
  find: ['search'],
  create: ['create'],
  bulk: ['create', 'update', 'delete', 'move', 'add'],
  add: ['create', 'add'],
  update: ['update'],
  delete: ['delete'],
  start: ['start'],
  stop: ['stop'],
  search: ['search'],
  call: ['get', 'update'],
};

/** Tools that send whichever operation they are told to: its row decides what is taken, and names every wrong value. */
const LONG_TAIL = ['call_read_operation', 'call_write_operation'];
const FREE_FORM = ['path', 'query', 'body'];

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  maxLength?: number;
  maxItems?: number;
  additionalProperties?: unknown;
}
/** Every part of a schema that takes values without a bound, or keys that nobody checks. */
function unbounded(schema: Schema, at = ''): string[] {
  return [
    ...(schema.type === 'string' && !schema.enum && schema.maxLength === undefined ? [`${at}: no maxLength`] : []),
    ...(schema.type === 'array' && !(schema.maxItems! <= 100) ? [`${at}: no maxItems up to 100`] : []),
    ...(schema.type === 'object' && schema.additionalProperties !== false ? [`${at}: unknown keys`] : []),
    ...(schema.type || schema.anyOf || schema.enum ? [] : [`${at}: any type`]),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, property]) => unbounded(property, `${at}.${key}`)),
    ...(schema.items ? unbounded(schema.items, `${at}[]`) : []),
    ...(schema.anyOf ?? []).flatMap((choice) => unbounded(choice, at)),
  ];
}

test('sorted by name, each once', () => {
  const names = CATALOGUE.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort());
});

test('every file of a toolset that declares a tool is in the catalogue', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /^[a-z]+\/.*\.ts$/.test(file) && !file.endsWith('.spec.ts'),
  );
  const declaring = files
    .filter((file) => readFileSync(join(SOURCE, file), 'utf8').includes('defineTool({'))
    .map((file) => join(SOURCE, file));
  expect(declaring.sort()).toEqual(CATALOGUE.map(fileOf).sort());
});

describe.each(each)('%s', (name, tool) => {
  const wire = wireTool(tool);

  test('has a name that begins with its verb', () => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(name.length).toBeLessThanOrEqual(64);
    expect(NAMED_AFTER[name.split('_')[0] ?? '']).toContain(tool.verb);
    expect(tool.title.length).toBeLessThanOrEqual(40);
  });

  test('has a short description', () => {
    expect(tool.description.length).toBeLessThanOrEqual(260);
    expect(tool.description).toMatch(/^[A-Z].*\.$/s);
  });

  test('states all four annotations, from verb and risk', () => {
    expect(wire.annotations).toEqual({
      readOnlyHint: isRead(tool.verb),
      destructiveHint: tool.risk !== 'normal',
      idempotentHint: expect.any(Boolean),
      openWorldHint: true,
    });
    expect(tool.verb === 'delete' || name === 'call_write_operation').toBe(tool.risk === 'destructive');
    if (tool.risk !== 'normal') expect('preview' in tool).toBe(true);
    if (isRead(tool.verb)) expect('preview' in tool).toBe(false);
  });

  test('bounds every argument and refuses unknown ones', () => {
    const free = LONG_TAIL.includes(name) ? FREE_FORM.map((key) => `.${key}: unknown keys`) : [];
    if (name === 'call_write_operation') free.push('.body[]: any type');
    expect(unbounded(z.toJSONSchema(tool.input as z.ZodObject, { io: 'input' }) as Schema)).toEqual(free);
    expect(unbounded(wire.inputSchema)).toEqual(free);
    const good = JSON.stringify(EXAMPLES[name]?.args);
    expect((tool.input as z.ZodObject).safeParse(JSON.parse(good)).success).toBe(true);
    for (const hostile of ['"__proto__":{"isAdmin":true}', '"constructor":1', '"toString":"x"', '"unknown_key":1']) {
      const raw = good === '{}' ? `{${hostile}}` : `${good.slice(0, -1)},${hostile}}`;
      expect((tool.input as z.ZodObject).safeParse(JSON.parse(raw)).success).toBe(false);
    }
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  test('has schemas that every host takes', () => {
    for (const schema of [wire.inputSchema, wire.outputSchema]) {
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(JSON.stringify(schema)).not.toMatch(/\$schema|\$ref|unlisted/);
      expect(Buffer.byteLength(JSON.stringify(schema))).toBeLessThan(8_000);
      expect(() => ajv.compile(schema)).not.toThrow();
    }
  });

  test('looks like this on the wire', () => expect(wire).toMatchSnapshot());

  test('has a spec of its own', () =>
    expect(readFileSync(fileOf(tool).replace(/\.ts$/, '.spec.ts'), 'utf8')).toContain('test('));

  test('answers what its schema says, and its preview too', async () => {
    const { args } = EXAMPLES[name]!;
    expect(ajv.validate(wire.inputSchema, args)).toBe(true);
    const context = fakeContext(ANSWERS);
    const output: Record<string, unknown> = await tool.handler((tool.input as z.ZodObject).parse(args), context);
    const writes = context.calls.map(({ operation }) => operationById(operation)!).filter(({ verb }) => !isRead(verb));
    if (!LONG_TAIL.includes(name)) expect(writes.filter((row) => !tool.covers.includes(row))).toEqual([]);
    const { structured, text } = present(tool, output);
    expect([ajv.validate(wire.outputSchema, structured), ajv.errorsText()]).toEqual([true, 'No errors']);
    expect(text).not.toMatch(/undefined|null|\[object/);
    if (tool.preview)
      expect(
        ajv.validate(wire.outputSchema, {
          confirm_token: 't',
          expires_in_seconds: 300,
          preview: { summary: 's', current: { a: 1 } },
        }),
      ).toBe(true);
  });

  test('reads only, if that is what it says', () => {
    // Which ones these send is judged by the row: their specs and test/e2e/longtail.e2e-spec.ts.
    if (LONG_TAIL.includes(name)) return;
    const used = operationsIn(fileOf(tool));
    // Disabling a tool takes away what it covers: for writes that must be exactly what it sends.
    expect([...new Set(used.filter(({ verb }) => !isRead(verb)))].map(({ id }) => id).sort()).toEqual(
      tool.covers
        .filter(({ verb }) => !isRead(verb))
        .map(({ id }) => id)
        .sort(),
    );
    if (tool.toolset !== 'longtail') expect(tool.covers.length).toBeGreaterThan(0);
    if (isRead(tool.verb)) expect(used.filter(({ verb }) => !isRead(verb))).toEqual([]);
    else expect(used.some(({ verb }) => !isRead(verb))).toBe(true);
  });
});

test('docs name every tool and argument', () => {
  const docs = renderTools();
  for (const tool of CATALOGUE) {
    expect(docs).toContain(`### ${tool.name}\n`);
    for (const argument of Object.keys(wireTool(tool).inputSchema.properties as object))
      expect(docs).toContain(`| \`${argument}\` |`);
  }
});

/** The operations that a file names, or a file it imports from its own library, as values. */
function operationsIn(file: string, seen = new Set<string>()): (typeof OPERATIONS)[number][] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const used = [...source.matchAll(/import \{([^}]*)\} from '#libs\/clickup'/g)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((each) => each.trim())
      .filter((each) => !each.startsWith('type ')),
  );
  const below = [...source.matchAll(/^import (?!type ).* from '(\.[^']+)\.js'/gm)].flatMap(([, path = '']) =>
    operationsIn(`${join(dirname(file), path)}.ts`, seen),
  );
  return [...OPERATIONS.filter(({ id }) => used.includes(id)), ...below];
}

const ENTRY = {
  id: 't1',
  task: { id: '86abc1', name: 'Fix it', status: { status: 'to do', color: '#fff', orderindex: 0, type: 'open' } },
  wid: '9',
  user: userOf(PEOPLE[0]!),
  billable: true,
  start: NOW - 1000,
  duration: 1000,
  description: 'x',
  at: NOW,
};
const COMMENT = {
  id: '1',
  comment: [{ text: 'Hello' }],
  comment_text: 'Hello',
  user: userOf(PEOPLE[0]!),
  reactions: [],
  date: String(NOW),
  resolved: true,
  assignee: userOf(PEOPLE[1]!),
  reply_count: '2',
};
const TASK = task({
  custom_id: 'ENG-1',
  markdown_description: 'Text',
  due_date: String(NOW),
  start_date: String(NOW),
  assignees: [userOf(PEOPLE[0]!)],
  tags: [{ name: 'bug' }],
  parent: 'p',
  subtasks: [task({ id: 's' })],
  attachments: [{ id: 'a', title: 'a.png', extension: 'png', url: 'https://x/a.png' }],
  checklists: [
    {
      id: 'c',
      task_id: 't',
      name: 'Steps',
      orderindex: 0,
      resolved: 0,
      unresolved: 1,
      items: [{ id: 'i', name: 'One', resolved: false }],
    },
  ],
  custom_fields: [
    { id: 'f', name: 'Points', type: 'number', type_config: {}, date_created: '1', hide_from_guests: false, value: 3 },
  ],
});
const ANSWERS = {
  GetSpaces: { spaces: [] },
  CreateTask: () => task({ name: 'other' }),
  UpdateTask: (call: Call) => applied(call),
  DeleteTask: {},
  GetTask: TASK,
  GetFilteredTeamTasks: { tasks: [TASK] },
  GetTaskComments: { comments: [COMMENT] },
  AddTagToTask: {},
  RemoveTagFromTask: {},
  CreateTaskComment: { id: '1', hist_id: '2', date: NOW },
  StartatimeEntry: { data: { ...ENTRY, duration: -5 } },
  StopatimeEntry: { data: ENTRY },
  Createatimeentry: { start: 1, duration: 2, billable: false },
  Gettimeentrieswithinadaterange: { data: [ENTRY] },
  GetList: {
    id: '301',
    name: 'Sprint 42',
    orderindex: 0,
    content: 'x',
    task_count: 3,
    priority: { priority: 'high', color: '#f00' },
    status: { status: 'red', color: '#e50000' },
    assignee: userOf(PEOPLE[0]!),
    due_date: '1',
    start_date: '1',
    space: { id: '100', name: 'Engineering' },
    folder: { id: '200', name: 'hidden', hidden: true },
    statuses: [],
  },
};
/** One call per tool that brings out as much of the answer as one can; a new tool needs a row here. */
const EXAMPLES: Record<string, { args: Record<string, unknown> }> = {
  add_comment: { args: { task_id: '86abc1', text: '**Hello**' } },
  bulk_create_tasks: { args: { list_id: '301', tasks: [{ name: 'a', priority: 1 }, { name: 'b' }] } },
  call_read_operation: { args: { operation: 'GetSpaces', path: { team_id: '9' } } },
  call_write_operation: {
    args: {
      operation: 'CreateTaskComment',
      path: { task_id: '86abc1' },
      body: { comment_text: 'x', notify_all: false },
    },
  },
  create_task: {
    args: { list_id: '301', name: 'x', priority: 'high', due_date: 'tomorrow', assignees: ['me'], tags: ['a'] },
  },
  create_time_entry: { args: { task_id: '86abc1', start: 'yesterday 2pm', duration: '2h', billable: true } },
  delete_task: { args: { task_id: '86abc1' } },
  find_members: { args: {} },
  find_tasks: { args: { text: 'leak' } },
  get_list: { args: { list_id: '301', details: true } },
  get_task: { args: { task_id: '86abc1', include: ['all'] } },
  get_workspace_hierarchy: { args: { team_id: '9' } },
  list_comments: { args: { task_id: '86abc1' } },
  list_time_entries: { args: {} },
  search_operations: { args: { query: 'delete a task' } },
  start_timer: { args: { task_id: 'other', billable: false } },
  stop_timer: { args: {} },
  update_task: { args: { task_id: '86abc1', name: 'New', due_date: 'none', add_tags: ['x'] } },
};
