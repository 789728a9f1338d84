import { operationById } from '#libs/clickup';
import { isRead } from '#libs/core';
import { present, type Tool, wireTool } from '#libs/tools';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type z } from 'zod';
import { goal, keyResult } from './goals.js';
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
const CHECKLIST = {
  id: 'c',
  task_id: 't',
  name: 'Steps',
  orderindex: 0,
  resolved: 0,
  unresolved: 1,
  items: [{ id: 'i', name: 'One', resolved: false }],
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
  checklists: [CHECKLIST],
  custom_fields: [
    { id: 'f', name: 'Points', type: 'number', type_config: {}, date_created: '1', hide_from_guests: false, value: 3 },
  ],
});
/** A second task, for tools that need two. */
const OTHER = '86abc2';
const PAGE = {
  id: 'p1',
  doc_id: 'd1',
  workspace_id: 9,
  name: 'Notes',
  content: 'Old.',
  date_created: NOW,
  creator_id: 1,
  authors: [1],
};
const DOC = {
  id: 'd1',
  name: 'Handbook',
  type: 1,
  parent: { id: '100', type: 4 },
  public: true,
  workspace_id: 9,
  creator: 1,
  date_created: NOW,
};
/** What ClickUp answers to the examples, with everything filled that a tool may show. */
const ANSWERS = {
  GetSpaces: { spaces: [] },
  queryAuditLog: { data: [{ id: 'e', userId: '1', eventType: 'USER_LOGIN', eventStatus: 'failed', timestamp: NOW }] },
  InviteGuestToWorkspace: { team: { id: '9', name: 'Acme', color: null, avatar: null, members: [], roles: [] } },
  CreateUserGroup: {
    id: 'g',
    team_id: '9',
    userid: 1,
    name: 'Readers',
    handle: 'readers',
    date_created: '1',
    initials: 'R',
    members: [],
    avatar: { attachment_id: null, color: null, source: null, icon: null },
  },
  GetWebhooks: { webhooks: [] },
  CreateWebhook: ({ body }: Call) => ({
    id: 'w',
    webhook: {
      id: 'w',
      userid: 1,
      team_id: 9,
      endpoint: body?.endpoint,
      client_id: 'c',
      events: ['*'],
      task_id: null,
      list_id: null,
      folder_id: null,
      space_id: null,
      health: { status: 'active', fail_count: 0 },
      secret: 's',
    },
  }),
  GetSpaceTags: { tags: [] },
  CreateSpaceTag: {},
  CreateTeamView: ({ body }: Call) => ({ view: { id: 'v', parent: { id: '9', type: 7 }, ...body, name: 'other' } }),
  publicPatchAcl: {},
  UpdateList: ({ body }: Call) => ({ id: '301', name: body?.name, orderindex: 0, content: 'x', due_date: '1' }),
  CreateTask: () => task({ name: 'other' }),
  UpdateTask: (call: Call) => applied(call),
  DeleteTask: {},
  GetTask: ({ path }: Call) => (path?.task_id === OTHER ? { ...TASK, id: OTHER } : TASK),
  getDocPublic: DOC,
  getDocPagesPublic: [PAGE],
  getPagePublic: { ...PAGE, content: 'Old.\n\nNew' },
  editPagePublic: {},
  GetGoal: { goal: goal() },
  CreateGoal: { goal: goal() },
  UpdateGoal: { goal: goal() },
  CreateKeyResult: { key_result: keyResult() },
  EditKeyResult: { key_result: keyResult() },
  GetFilteredTeamTasks: { tasks: [TASK] },
  GetTaskComments: { comments: [COMMENT] },
  AddTaskToList: {},
  mergeTasks: {},
  replaceTimeEstimatesByUser: { data: { total_time_estimate: 3_600_000, assignee_estimates: { 1: 3_600_000 } } },
  CreateChecklist: { checklist: CHECKLIST },
  CreateChecklistItem: { checklist: CHECKLIST },
  EditChecklistItem: { checklist: CHECKLIST },
  DeleteChecklistItem: {},
  Gettrackedtime: { data: [{ user: userOf(PEOPLE[0]!), time: 60_000, intervals: [] }] },
  "GetTask'sTimeinStatus": {
    current_status: { status: 'to do', color: '#fff', total_time: { by_minute: 1, since: '1' } },
    status_history: [],
  },
  AddTagToTask: {},
  RemoveTagFromTask: {},
  CreateTaskComment: { id: '1', hist_id: '2', date: NOW },
  UpdateComment: {},
  createChatChannel: {
    data: {
      id: '8cdu22c-1014',
      name: 'releases',
      topic: 'Other',
      description: 'x',
      type: 'CHANNEL',
      visibility: 'PRIVATE',
      parent: { id: '9', type: 7 },
      creator: '1',
      created_at: NOW,
      updated_at: NOW,
      workspace_id: '9',
      archived: false,
      links: { members: '/m', followers: '/f' },
    },
  },
  CreateTaskAttachment: {
    id: 'f1.txt',
    version: '0',
    date: NOW,
    title: 'log.txt',
    extension: 'txt',
    thumbnail_small: null,
    thumbnail_large: null,
    url: 'https://x/log.txt',
  },
  StartatimeEntry: { data: { ...ENTRY, duration: -5 } },
  StopatimeEntry: { data: ENTRY },
  Createatimeentry: { start: 1, duration: 2, billable: false },
  Gettimeentrieswithinadaterange: { data: [ENTRY] },
  Getsingulartimeentry: { data: ENTRY },
  Getrunningtimeentry: { data: { ...ENTRY, id: 't0', duration: -5 } },
  UpdateatimeEntry: {},
  Getalltagsfromtimeentries: { data: [{ name: 'x', tag_fg: '#fff', tag_bg: '#000' }] },
  Addtagsfromtimeentries: {},
  Removetagsfromtimeentries: {},
  Changetagnamesfromtimeentries: {},
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
