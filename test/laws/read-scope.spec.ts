import {
  bare,
  Doc,
  Folder,
  type JudgedCall,
  List,
  type Operation,
  OPERATIONS,
  parametersOf,
  shapeOf,
  Space,
  type Target,
  targetsOf,
  Task,
  TimeEntry,
} from '#libs/clickup';
import { type AppError, isRead } from '#libs/core';
import { type Located, Permissions, type Policy, type Whereabouts } from '#libs/permissions';
import { type z } from 'zod';
import { filled, INSIDE, OUTSIDE, OWN } from '../support/filled.js';

/** Reading was granted in one place; by each of the three kinds. */
const SCOPES: Policy[] = [
  { mode: 'write', read: { spaces: [INSIDE.space], folders: [], lists: [] } },
  { mode: 'write', read: { spaces: [], folders: [INSIDE.folder], lists: [] } },
  { mode: 'write', read: { spaces: [], folders: [], lists: [INSIDE.list] } },
];
const AT = { space: INSIDE.space, folder: INSIDE.folder, list: INSIDE.list };
const ids: ReadonlySet<string> = new Set([...Object.values(INSIDE), 'current']);
const locate = (targets: readonly Target[]) =>
  Promise.resolve(
    targets.map(({ kind, id }): Located => {
      if (!ids.has(id)) return { kind, id, unresolved: 'ClickUp does not show it' };
      if (kind === 'space') return { kind, id, space: id };
      return kind === 'folder' ? { kind, id, space: AT.space, folder: id } : { kind, id, ...AT };
    }),
  );
const whereabouts: Whereabouts = () => ({
  locate,
  climb: (located) => Promise.resolve([...located]),
  subfolders: () => Promise.resolve([]),
  subtasks: () => Promise.resolve([]),
  seen: () => undefined,
  forget: () => undefined,
});

/** What requests must say beside their path to lie inside. */
const SAYS: Record<string, { query?: object; body?: object }> = {
  Createatimeentry: { body: { tid: INSIDE.task } },
  StartatimeEntry: { body: { tid: INSIDE.task } },
  createDocPublic: { body: { parent: { id: INSIDE.list, type: 6 } } },
  UpdateView: { body: { parent: { id: INSIDE.list, type: 6 } } },
  Addtagsfromtimeentries: { body: { time_entry_ids: [INSIDE.time_entry] } },
  Removetagsfromtimeentries: { body: { time_entry_ids: [INSIDE.time_entry] } },
  "GetBulkTasks'TimeinStatus": { query: { task_ids: [INSIDE.task] } },
};
const PARAMETERS: Record<string, string> = {
  entity_type: 'attachments',
  entity_id: INSIDE.task,
  object_type: 'task',
  object_id: INSIDE.task,
  links_to: INSIDE.task,
  timer_id: INSIDE.time_entry,
  interval_id: INSIDE.time_entry,
};
const pathOf = ({ path }: Operation) =>
  Object.fromEntries(
    [...(path as string).matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => [
      name,
      PARAMETERS[name] ?? (INSIDE as Record<string, string>)[name.replace(/_id$/, '')] ?? 'w',
    ]),
  );

/** Text that an object says of itself, by its name or by the last names of its path. Any other text is taken for the name of another object: a new one has to be put here, or hidden. */
const SAYS_OF_ITSELF: ReadonlySet<string> = new Set(
  [
    // Words, looks and where to find it.
    'name title description text_content markdown_description content sub_title protected_note note value_richtext value_markdown url task_url public_url image_url inbound_address extension mimetype mime_type',
    'version source field color tag_fg tag_bg fg_color bg_color avatar value icon orderindex permission_level visibility thumbnail_small thumbnail_medium thumbnail_large next_cursor custom_id custom_type',
    'public_fields public_share_expires_on token task_count reply_count approval_id hist_id timezone type status op dir divide.field grouping.field sorting.field columns.field collapsed search collapse_empty_columns',
    // People, and the Workspace that was chosen.
    'username email initials profilePicture assignee team_id wid team_sidebar.assignees group_assignees.id groups.id teams.id assignee_estimates.{} updated_estimates.{}',
    // What is part of it and has an id.
    'statuses.id status.id priority.id priority.priority priority.orderindex attachments.id checklist.id checklists.id items.id items.parent items.children custom_fields.id fields.id intervals.id comments.id pages.id pages.parent_page_id parent_page_id docs.id views.id view.id',
    'fields.field data.id id checklist.task_id checklists.task_id',
    // The very objects that the call named, and that were judged.
    'tid data.task_id data.new_list_id',
  ].flatMap((names) => names.split(' ')),
);
/** In the same Space lies every Folder above and below. */
const IN_THE_SPACE = ['parent_folder', 'folders.id'];
const ownUnder =
  ({ read }: Policy) =>
  (path: readonly string[]) =>
    [path.at(-1)!, path.slice(-2).join('.')].some(
      (name) =>
        (name !== 'id' || path.length === 1) &&
        (SAYS_OF_ITSELF.has(name) || (read!.spaces.length > 0 && IN_THE_SPACE.includes(name))),
    );

function callOf(row: Operation): JudgedCall & { targets: Target[] } {
  const { query = {}, body = {} } = SAYS[row.id] ?? {};
  const call = { path: pathOf(row), query: query as Record<string, unknown>, body, read: {} as JudgedCall['read'] };
  return { ...call, targets: targetsOf(row, call) };
}

/** The answer as it is handed out; undefined where the call is refused. */
async function handedOut(row: Operation, policy: Policy, option: number): Promise<unknown> {
  const permissions = new Permissions({ mode: 'write' });
  const { targets, ...call } = callOf(row);
  const limits = permissions.readLimits([policy], whereabouts)!;
  try {
    await (isRead(row.verb)
      ? limits.checkTargets(row, targets, call)
      : permissions.authorizer([policy], whereabouts)(row, targets, call));
  } catch (error) {
    expect(['forbidden', 'clickup_not_found']).toContain((error as AppError).code);
    return undefined;
  }
  return limits.filterAnswer(row, filled(row.response as z.ZodType, ownUnder(policy), option), call);
}

/** The paths of keys under which an outside name stands. */
function leaks(answer: unknown, at = ''): string[] {
  if (typeof answer === 'string') return answer.includes(OUTSIDE) ? [at] : [];
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([key, each]) =>
    key.includes(OUTSIDE) ? [`${at}.${key}`] : leaks(each, Array.isArray(answer) ? at : `${at}.${key}`),
  );
}

const ROWS = OPERATIONS.map((row) => [row.id, row] as const);
const answered = new Set<string>();

test.each(ROWS)('%s: its answer names nothing outside', async (id, row) => {
  for (const policy of SCOPES) {
    for (const option of [0, 1]) {
      const answer = await handedOut(row, policy, option);
      if (answer === undefined) continue;
      answered.add(id);
      expect(leaks(answer)).toEqual([]);
      // Hiding everything would pass too, so something has to be left.
      const full = JSON.stringify(filled(row.response as z.ZodType, ownUnder(policy), option));
      expect(full.includes(OWN)).toBe(JSON.stringify(answer).includes(OWN));
    }
  }
});

test('most reads are answered, and all others refused', () => {
  expect(answered.size).toBeGreaterThan(100);
});

test('parts that name no other object stay: conditions of a view, marks and mentions of people in a comment, values of a task', async () => {
  const shown = async (id: string) =>
    (await handedOut(
      OPERATIONS.find((row) => row.id === id)!,
      SCOPES[0]!,
      0,
    )) as Record<string, any>;
  const { view } = await shown('GetView');
  expect(view.filters.fields).toEqual([
    { field: 'status', op: 'EQ', values: [OWN] },
    { field: 'cf_1', op: 'ANY' },
  ]);
  const { comments } = await shown('GetTaskComments');
  expect(comments[0].comment.slice(0, 3)).toEqual([
    { text: OWN, attributes: { bold: true } },
    { type: 'tag', user: { id: 1, username: OWN } },
    { text: '[not shown]' },
  ]);
  const { custom_fields } = await shown('GetTask');
  expect(custom_fields.map(({ type, value }: { type: string; value?: unknown }) => [type, value])).toEqual([
    ['text', OWN],
    ['tasks', undefined],
    ['list_relationship', undefined],
    ['rollup', undefined],
    ['of the future', undefined],
  ]);
});

/** What an answer is about: the objects that it consists of, by the schemas of its parts. */
const answersWith = ({ response }: Operation, kinds: readonly z.ZodType[]) => {
  const whole = shapeOf(bare(response as z.ZodType));
  return (
    whole.kind === 'object' &&
    !kinds.includes(bare(response as z.ZodType)) &&
    Object.values(whole.properties).some((part) => {
      const shape = shapeOf(bare(part));
      return kinds.includes(shape.kind === 'array' ? bare(shape.element) : bare(part));
    })
  );
};
/** The kinds of object that say in an answer where they lie. */
const PLACED = [Space, Task, TimeEntry, Doc];
const READS = OPERATIONS.filter(({ verb }) => isRead(verb)).map((row) => [row.id, row] as const);

test.each(READS.filter(([, row]) => callOf(row).targets.every(({ kind }) => kind === 'workspace')))(
  '%s, which names no place, is answered if what it answers says where it lies, or names no Workspace either',
  async (_, row) => {
    const open = answersWith(row, PLACED) || (parametersOf(row).length === 0 && !row.targets);
    for (const policy of SCOPES) expect((await handedOut(row, policy, 0)) !== undefined).toBe(open);
  },
);

test.each(
  READS.filter(([, row]) => {
    const kinds = callOf(row).targets.map(({ kind }) => kind);
    return kinds.length > 0 && kinds.every((kind) => ['workspace', 'space', 'folder'].includes(kind));
  }),
)('%s shows the way to a List that may be read, if it lists places, and else nothing', async (_, row) => {
  const answer = JSON.stringify((await handedOut(row, SCOPES[2]!, 0)) ?? {});
  const tree = answersWith(row, [Space, Folder, List]);
  if (tree || !row.ofWorkspace) expect(answer.includes(OWN)).toBe(tree);
});

test.each(READS)('%s has the columns that its path and its answer call for', (_, row) => {
  const namesPlace = callOf(row).targets.some(({ kind }) => kind !== 'workspace');
  const placeless = parametersOf(row).length === 0 && !row.targets;
  const open = answersWith(row, PLACED) ? 'placed' : placeless ? 'placeless' : undefined;
  // What names a place is judged by that place, and would be judged by nothing if its row were marked.
  expect(row.ofWorkspace).toBe(namesPlace ? undefined : open);
  expect(row.showsTheWay === true).toBe(answersWith(row, [Space, Folder, List]));
});

/** Reads of tasks by pages: found by their schemas. */
const isPaged = ({ query, response }: Operation) => {
  const { tasks } = ((response as Partial<z.ZodObject>).shape ?? {}) as Record<string, z.ZodType | undefined>;
  const shape = tasks && shapeOf(tasks);
  return (
    'page' in ((query as z.ZodObject | undefined)?.shape ?? {}) &&
    shape?.kind === 'array' &&
    bare(shape.element) === Task
  );
};
const PAGED = OPERATIONS.filter(isPaged);

test('a search of tasks that names no place is narrowed to the place that may be read', async () => {
  const [row] = OPERATIONS.filter(({ id }) => id === 'GetFilteredTeamTasks');
  const { targets: _, ...call } = callOf(row!);
  const queries = SCOPES.map((policy) =>
    new Permissions({ mode: 'write' }).readLimits([policy], whereabouts)!.narrow(row!, {}, call),
  );
  expect(await Promise.all(queries)).toEqual([
    { space_ids: [INSIDE.space] },
    { project_ids: [INSIDE.folder] },
    { list_ids: [INSIDE.list] },
  ]);
});

test('tasks are paged by three reads', () =>
  expect(PAGED.map(({ id }) => id)).toEqual(['GetFilteredTeamTasks', 'GetTasks', 'GetViewTasks']));

test.each(PAGED.map((row) => [row.id, row] as const))(
  '%s: a page tells nothing of what was left out of it',
  async (_, row) => {
    const {
      tasks: [hidden, shown],
    } = filled(row.response as z.ZodType, () => true, 0) as { tasks: { id: string }[] };
    const answer = (page: number) => ({
      tasks: Array.from({ length: 100 }, (_, index) =>
        index < 60 ? { ...hidden, id: `out${page}.${index}` } : { ...shown, id: `in${page}.${index}` },
      ),
      last_page: page === 4,
    });
    const asked: number[] = [];
    const call = (_: Operation, { query }: { query: { page: number } }) => (
      asked.push(query.page),
      Promise.resolve(answer(query.page))
    );
    const limits = new Permissions({ mode: 'write' }).readLimits([SCOPES[2]!], whereabouts)!;
    const page = async (number: number) =>
      (await limits.filterAnswer(row, answer(number), {
        path: pathOf(row),
        query: { page: number, include_timl: true },
        body: undefined,
        read: { call } as never,
      })) as { tasks: { id: string }[]; last_page: boolean };
    const [first, second] = [await page(0), await page(1)];
    expect([first.tasks.length, first.last_page, second.tasks.length, second.last_page]).toEqual([
      100,
      false,
      100,
      true,
    ]);
    expect([...first.tasks, ...second.tasks].every(({ id }) => id.startsWith('in'))).toBe(true);
    expect(asked).toContain(3);
  },
);

test('when the object of a write has moved outside meanwhile, nothing of it is shown, and the answer says that the change was made', async () => {
  const [row] = OPERATIONS.filter(({ id }) => id === 'UpdateTask');
  const limits = new Permissions({ mode: 'write' }).readLimits([SCOPES[0]!], whereabouts)!;
  const { targets: _, ...call } = callOf(row!);
  const moved = {
    ...(filled(row!.response as z.ZodType, () => true, 0) as object),
    list: { id: OUTSIDE },
    folder: { id: OUTSIDE },
    space: { id: OUTSIDE },
  };
  await expect(limits.filterAnswer(row!, moved, call)).rejects.toMatchObject({
    code: 'clickup_not_found',
    message: expect.stringMatching(/^The change was made/),
    details: {},
  });
});

test('an object that cannot be read any more after a write is not shown, and the write is answered', async () => {
  const [row] = OPERATIONS.filter(({ id }) => id === 'UpdateTask');
  const failing: Whereabouts = (call) => ({
    ...whereabouts(call),
    locate: () => Promise.reject(new Error('out of time')),
  });
  const limits = new Permissions({ mode: 'write' }).readLimits([SCOPES[0]!], failing)!;
  const { targets: _, ...call } = callOf(row!);
  const task = { ...(filled(row!.response as z.ZodType, () => true, 0) as object), parent: INSIDE.task };
  expect(await limits.filterAnswer(row!, task, call)).toMatchObject({ id: INSIDE.task, parent: INSIDE.task });
  expect(await limits.filterAnswer(row!, { ...task, parent: '86unknown' }, call)).toMatchObject({
    id: INSIDE.task,
    parent: null,
  });
});
