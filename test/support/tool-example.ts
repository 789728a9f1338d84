import { operationById } from '#libs/clickup';
import { isRead } from '#libs/core';
import { present, type Tool, wireTool } from '#libs/tools';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type z } from 'zod';
import { applied, type Call, fakeContext, NOW, PEOPLE, task, userOf } from './tool-context.js';

const ajv = new Ajv2020({ strict: false });

/** Which operations these send is said by the caller, and judged by the row. */
const LONG_TAIL = ['call_read_operation', 'call_write_operation'];

/** Names that no caller may smuggle in. */
const HOSTILE = ['"__proto__":{"isAdmin":true}', '"constructor":1', '"toString":"x"', '"unknown_key":1'];

/**
 * One call of a tool that brings out as much of its answer as one call can, in the spec of that tool: what the laws ask of every tool
 * (`test/laws/tools.spec.ts`) and what needs a call is tested by it.
 * @param args as a client sends them; what ClickUp answers to them is in `ANSWERS`
 */
export function example(tool: Tool, args: Record<string, unknown>): void {
  const input = tool.input as z.ZodObject;
  const wire = wireTool(tool);

  test('the example refuses unknown arguments', () => {
    const good = JSON.stringify(args);
    expect(input.safeParse(JSON.parse(good)).success).toBe(true);
    for (const hostile of HOSTILE) {
      const raw = good === '{}' ? `{${hostile}}` : `${good.slice(0, -1)},${hostile}}`;
      expect(input.safeParse(JSON.parse(raw)).success).toBe(false);
    }
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  test('the example is answered as the schema says, and a preview would be, too', async () => {
    expect(ajv.validate(wire.inputSchema, args)).toBe(true);
    const context = fakeContext(ANSWERS);
    const output: Record<string, unknown> = await tool.handler(input.parse(args), context);
    const writes = context.calls.map(({ operation }) => operationById(operation)!).filter(({ verb }) => !isRead(verb));
    if (!LONG_TAIL.includes(tool.name)) expect(writes.filter((row) => !tool.covers.includes(row))).toEqual([]);
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
/** What ClickUp answers to the examples, with everything filled that a tool may show. */
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
