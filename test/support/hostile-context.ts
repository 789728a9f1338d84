import { type Directory, DirectoryCache, operationById } from '#libs/clickup';
import { inputSchemaOf, type Tool, type ToolContext } from '#libs/tools';
import { z } from 'zod';
import { turn } from './cpu-time.js';
import { fakeContext, task, userOf } from './tool-context.js';

/** The same for every text: made once, because it is asked for thousands of times. */
const OPTIONS = Array.from({ length: 5_000 }, (_, index) => ({
  id: `o${index}`,
  label: 'x',
  name: 'x',
  orderindex: index,
}));

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
  const small = task({
    name: text,
    custom_id: text,
    status,
    assignees: [person],
    tags: [{ name: text }],
    list: { id: '301', name: text, access: true },
    folder: { id: '200', name: text, hidden: false, access: true },
  });
  const checklist = {
    id: 'c',
    task_id: small.id,
    name: text,
    orderindex: 0,
    resolved: 0,
    unresolved: 1,
    items: [{ id: 'i', name: text, resolved: false }],
  };
  const whole = {
    ...small,
    markdown_description: text,
    description: text,
    text_content: text,
    subtasks: [small],
    checklists: [checklist],
    custom_fields: [
      field('f1', 'text', text),
      field(
        'f2',
        'labels',
        OPTIONS.map(({ id }) => id),
        { options: OPTIONS },
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
  const doc = {
    id: 'd1',
    name: text,
    type: 1,
    parent: { id: '100', type: 4 },
    public: true,
    workspace_id: 9,
    creator: 1,
    date_created: 1,
  };
  const page = { id: 'p1', doc_id: 'd1', workspace_id: 9, name: text, content: text, date_created: 1, creator_id: 1 };
  const update = { id: 'a', key_result_id: 'k1', userid: 1, date_modified: '1700000000000', note: text };
  const keyResult = {
    id: 'k1',
    name: text,
    type: 'number',
    unit: text,
    percent_completed: text,
    task_ids: [],
    subcategory_ids: [],
    owners: [person],
    steps_start: 0,
    steps_end: 9,
    steps_current: 4,
    last_action: update,
  };
  const goal = {
    id: 'g1',
    pretty_id: '7',
    name: text,
    due_date: '1700000000000',
    description: text,
    color: text,
    owners: [person],
    percent_completed: 5,
    key_results: [keyResult],
    history: [update],
    pretty_url: text,
  };
  return {
    searchDocsPublic: { docs: [doc] },
    getDocPublic: doc,
    getDocPageListingPublic: [page] as object,
    getDocPagesPublic: [page, { ...page, id: 'p2' }] as object,
    getPagePublic: { ...page, content: `${text} and more` },
    createDocPublic: doc,
    createPagePublic: page,
    editPagePublic: {},
    GetGoals: { goals: [goal], folders: [] },
    GetGoal: { goal },
    CreateGoal: { goal },
    UpdateGoal: { goal },
    CreateKeyResult: { key_result: keyResult },
    EditKeyResult: { key_result: keyResult },
    DeleteKeyResult: {},
    GetAuthorizedUser: { user: person },
    GetAuthorizedTeams: { teams: [{ id: '9', name: text, color: null, avatar: null, members: [{ user: person }] }] },
    GetSpaces: { spaces: [space] },
    GetFolders: { folders: [folder] },
    GetFolderlessLists: { lists: [list] },
    GetList: list,
    GetTask: whole,
    GetFilteredTeamTasks: { tasks: Array.from({ length: 10 }, () => small) },
    GetTaskComments: { comments: [comment] },
    Gettrackedtime: { data: [{ user: person, time: 60_000, intervals: [] }] },
    "GetTask'sTimeinStatus": {
      current_status: { ...status, total_time: { by_minute: 1, since: '1' } },
      status_history: [{ ...status, total_time: { by_minute: 1, since: '1' } }],
    },
    Gettimeentrieswithinadaterange: { data: [entry] },
    Getsingulartimeentry: { data: entry },
    Getrunningtimeentry: { data: entry },
    Getalltagsfromtimeentries: { data: [{ name: text }] },
    UpdateatimeEntry: {},
    Addtagsfromtimeentries: {},
    Removetagsfromtimeentries: {},
    Changetagnamesfromtimeentries: {},
    CreateTask: whole,
    UpdateTask: whole,
    AddTagToTask: {},
    CreateChecklist: { checklist },
    CreateChecklistItem: { checklist },
    EditChecklistItem: { checklist },
    DeleteChecklistItem: {},
    AddDependency: {},
    AddTaskToList: {},
    mergeTasks: {},
    RemoveTagFromTask: {},
    DeleteTask: {},
    CreateTaskComment: { id: '1', hist_id: '1', date: 1 },
    UpdateComment: {},
    CreateTaskAttachment: { id: '1', title: text, url: text },
    Createatimeentry: entry,
    StartatimeEntry: { data: entry },
    StopatimeEntry: { data: entry },
  };
}

/** Asks that ClickUp and names places and people by what it answers. Its answers are not checked: that is the transport's work. */
export function hostileContext(text: string): ToolContext {
  const answers = hostileAnswers(text);
  const context = fakeContext();
  const answerOf = (id: string) => answers[id] ?? (answers[id] = schemaAnswer(id, text));
  const call = async ({ id }: { id: string }, { path }: { path?: { task_id?: string } } = {}) => {
    await turn();
    return id === 'GetTask' ? { ...answerOf(id), id: path?.task_id } : answerOf(id);
  };
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
  oneOf?: Schema[];
  const?: unknown;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

const responses = new Map<string, Schema>();
/** So many of what an answer lists. */
const LISTED = 20;

/** An answer of any other operation, by its schema: every text in it is `text`, but for ids and dates. */
function schemaAnswer(id: string, text: string): object {
  const response = operationById(id)?.response;
  if (!response) return {};
  const known = responses.get(id) ?? (z.toJSONSchema(response, { io: 'input', unrepresentable: 'any' }) as Schema);
  responses.set(id, known);
  return (valueOf(known, text, '', known.$defs ?? {}, 0) as object | undefined) ?? {};
}

/** No deeper: pages of Docs hold pages. */
const DEEPEST = 8;

function valueOf(schema: Schema, text: string, name: string, defs: Record<string, Schema>, depth: number): unknown {
  const { type, enum: values, const: only, anyOf, oneOf, items, properties, $ref } = schema;
  const [first] = anyOf ?? oneOf ?? [];
  if (depth > DEEPEST || /cursor/.test(name)) return undefined;
  if ($ref !== undefined) return valueOf(defs[$ref.replace('#/$defs/', '')] ?? {}, text, name, defs, depth + 1);
  if (first) return valueOf(first, text, name, defs, depth);
  if (values) return values[0];
  if (only !== undefined) return only;
  if (type === 'array')
    return Array.from({ length: LISTED }, () => valueOf(items ?? {}, text, name, defs, depth + 1)).filter(
      (item) => item !== undefined,
    );
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(properties ?? {}).map(([key, property]) => [key, valueOf(property, text, key, defs, depth + 1)]),
    );
  if (type === 'boolean') return /last|is_last|finished/.test(name);
  if (type === 'number' || type === 'integer') return /date|time|_at/.test(name) ? 1_700_000_000_000 : 1;
  if (type === 'null') return null;
  if (/(?:^|_)ids?$/.test(name)) return '1';
  return /date|(?:^|_)at$|time|due|start|since/.test(name) ? '1700000000000' : text;
}

/** A value of a schema, as long and as hostile as the schema lets it be. */
function hostileValue(
  { type, maxLength = 10_000, maxItems = 100, enum: values, anyOf, items, properties }: Schema,
  make: (length: number) => string,
  most: number,
): unknown {
  if (anyOf?.[0]) return hostileValue(anyOf[0], make, most);
  if (values) return values[0];
  if (type === 'array')
    return Array.from({ length: Math.min(maxItems, most) }, () => hostileValue(items ?? {}, make, most));
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, property]) => [name, hostileValue(property, make, most)]),
    );
  return type === 'boolean' ? true : make(maxLength);
}

/** The arguments that a tool takes, with the bounds, which tools/list does not show; none that continue a call. */
function properties(tool: Tool): [string, Schema][] {
  const schema = inputSchemaOf(tool.input as z.ZodObject) as Schema;
  return Object.entries(schema.properties ?? {}).filter(([name]) => !/cursor|confirm_token/.test(name));
}

export const argumentNames = (tool: Tool): string[] => properties(tool).map(([name]) => name);

/** A longer request is refused before anybody looks into it (MCP_BODY_LIMIT_BYTES). */
const LONGEST = 4 << 20;
/** How long lists are, by the arguments that they are part of, so that a call with them is no longer. */
const listed = new Map<string, number>();

/** Arguments that are all hostile text, but for those that are given. */
export function hostileArguments(
  tool: Tool,
  make: (length: number) => string,
  given: Record<string, unknown> = {},
  names = argumentNames(tool),
): Record<string, unknown> {
  const key = `${tool.name} ${names.join(' ')}`;
  const shown = properties(tool).filter(([name]) => names.includes(name));
  const made = (most: number) =>
    Object.fromEntries(shown.map(([name, property]) => [name, given[name] ?? hostileValue(property, make, most)]));
  let most = listed.get(key) ?? 100;
  while (most > 1 && !listed.has(key) && JSON.stringify(made(most)).length > LONGEST) most = Math.ceil(most / 2);
  listed.set(key, most);
  return made(most);
}
