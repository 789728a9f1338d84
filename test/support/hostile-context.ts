import { type Directory, DirectoryCache } from '#libs/clickup';
import { type ToolContext, wireTool, type Tool } from '#libs/tools';
import { fakeContext, task, userOf } from './tool-context.js';

/** A ClickUp in which somebody wrote `text` wherever something can be written. */
export function hostileAnswers(text: string): Record<string, object> {
  const person = userOf({ id: 1, username: text, email: text });
  const status = { status: text, color: text, orderindex: 0, type: 'open' as const };
  const field = (id: string, type: string, value: unknown, type_config = {}) => ({
    id,
    name: `${id}${text}`,
    type,
    type_config,
    date_created: '1',
    hide_from_guests: false,
    value,
  });
  const options = Array.from({ length: 5_000 }, (_, index) => ({
    id: `o${index}`,
    label: 'x',
    name: 'x',
    orderindex: index,
  }));
  const small = task({
    name: text,
    custom_id: text,
    status,
    assignees: [person],
    tags: [{ name: text }],
    list: { id: '301', name: text, access: true },
    folder: { id: '200', name: text, hidden: false, access: true },
  });
  const whole = {
    ...small,
    markdown_description: text,
    description: text,
    text_content: text,
    subtasks: [small],
    checklists: [
      {
        id: 'c',
        task_id: small.id,
        name: text,
        orderindex: 0,
        resolved: 0,
        unresolved: 1,
        items: [{ id: 'i', name: text, resolved: false }],
      },
    ],
    custom_fields: [
      field('f1', 'text', text),
      field(
        'f2',
        'labels',
        options.map(({ id }) => id),
        { options },
      ),
      field('f3', 'tasks', [{ id: '1', name: text }]),
      field('f4', 'made up', { [text]: text }),
    ],
  };
  const marks = [
    { bold: true },
    { italic: true, bold: true, link: text },
    { code: true },
    {},
    { list: { list: 'ordered' }, indent: 1e9 },
    { 'code-block': { 'code-block': text } },
  ];
  const comment = {
    id: '1',
    comment: [
      ...marks.map((attributes) => ({ text, attributes })),
      { type: 'tag', user: { username: text } },
      { type: text },
    ],
    comment_text: text,
    user: person,
    reactions: [],
    date: '1700000000000',
    assignee: person,
    reply_count: '1',
  };
  const list = {
    id: '301',
    name: text,
    content: text,
    orderindex: 0,
    status: null,
    priority: { priority: text, color: text },
    assignee: person,
    task_count: 1,
    due_date: null,
    start_date: null,
    archived: false,
    override_statuses: true,
    statuses: [status],
    space: { id: '100', name: text, access: true },
    folder: { id: '200', name: text, hidden: false, access: true },
  };
  const space = {
    id: '100',
    name: text,
    color: null,
    private: false,
    avatar: null,
    admin_can_manage: true,
    statuses: [status],
    multiple_assignees: true,
    features: {},
    archived: false,
  };
  const folder = {
    id: '200',
    name: text,
    orderindex: 0,
    override_statuses: true,
    hidden: false,
    space: { id: '100', name: text, access: true },
    task_count: '1',
    archived: false,
    statuses: [status],
    lists: [list],
  };
  const entry = {
    id: 't',
    task: { id: '86abc1', custom_id: null, name: text, status },
    wid: '9',
    user: person,
    billable: false,
    start: '1700000000000',
    end: '1700000001000',
    duration: '1000',
    description: text,
    tags: [],
    source: text,
    at: '1700000000000',
  };
  return {
    GetAuthorizedUser: { user: person },
    GetAuthorizedTeams: { teams: [{ id: '9', name: text, color: null, avatar: null, members: [{ user: person }] }] },
    GetSpaces: { spaces: [space] },
    GetFolders: { folders: [folder] },
    GetFolderlessLists: { lists: [list] },
    GetList: list,
    GetTask: whole,
    GetFilteredTeamTasks: { tasks: Array.from({ length: 10 }, () => small) },
    GetTaskComments: { comments: [comment] },
    Gettimeentrieswithinadaterange: { data: [entry] },
    CreateTask: whole,
    UpdateTask: whole,
    AddTagToTask: {},
    RemoveTagFromTask: {},
    DeleteTask: {},
    CreateTaskComment: { id: '1', hist_id: '1', date: 1 },
    Createatimeentry: entry,
    StartatimeEntry: { data: entry },
    StopatimeEntry: { data: entry },
  };
}

/** Asks that ClickUp and names places and people by what it answers. Its answers are not checked: that is the transport's work. */
export function hostileContext(text: string): ToolContext {
  const answers = hostileAnswers(text);
  const context = fakeContext();
  const call = ({ id }: { id: string }) => Promise.resolve(answers[id] ?? {});
  const clickup = { ...context.clickup, call: call as never };
  return { ...context, clickup, directory: new DirectoryCache().directory(clickup) };
}

/** A Workspace of so many Lists, as it is kept after the first look. */
export function largeDirectory(lists: number): Directory {
  const statuses: unknown[] = [];
  const folder = (id: number) => ({
    id: `f${id}`,
    name: `Folder number ${id}`,
    statuses,
    lists: Array.from({ length: 50 }, (_, list) => ({
      id: `l${id}.${list}`,
      name: `A List with a name, ${list} of ${id}`,
      statuses,
    })),
  });
  const answers: Record<string, object> = {
    GetAuthorizedTeams: { teams: [{ id: '9', name: 'Acme', members: [] }] },
    GetSpaces: { spaces: [{ id: 's', name: 'Space', statuses }] },
    GetFolders: { folders: Array.from({ length: lists / 50 }, (_, id) => folder(id)) },
    GetFolderlessLists: { lists: [] },
  };
  return new DirectoryCache().directory({
    ...fakeContext().clickup,
    call: (({ id }: { id: string }) => Promise.resolve(answers[id] ?? {})) as never,
  });
}

interface Schema {
  type?: string;
  maxLength?: number;
  maxItems?: number;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

/** A value of a schema, as long and as hostile as the schema lets it be. */
function hostileValue(
  { type, maxLength = 10_000, maxItems = 100, enum: values, anyOf, items, properties }: Schema,
  make: (length: number) => string,
): unknown {
  if (anyOf?.[0]) return hostileValue(anyOf[0], make);
  if (values) return values[0];
  if (type === 'array') return Array.from({ length: Math.min(maxItems, 100) }, () => hostileValue(items ?? {}, make));
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, property]) => [name, hostileValue(property, make)]),
    );
  return type === 'boolean' ? true : make(maxLength);
}

/** Arguments that are all hostile text, but for those that are given. */
export function hostileArguments(
  tool: Tool,
  make: (length: number) => string,
  given: Record<string, unknown> = {},
): Record<string, unknown> {
  const { properties } = wireTool(tool).inputSchema as Schema;
  return Object.fromEntries(
    Object.entries(properties ?? {})
      .filter(([name]) => !/cursor|confirm_token/.test(name))
      .map(([name, property]) => [name, given[name] ?? hostileValue(property, make)]),
  );
}
