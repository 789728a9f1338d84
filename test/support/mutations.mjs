// What `test/mutations.mjs` takes out, one part at a time. This module runs nothing: a law reads the table as well.
import { readdirSync, readFileSync } from 'node:fs';

const SCOPE = 'test/e2e/scope';
const READS = 'test/e2e/read-scope';
const GATEWAY = 'test/e2e/selective';
const RIGHTS = 'test/e2e/permissions';
const MODEL = 'libs/permissions/src/resolve/resolve.property';
const RESOLVE = 'libs/permissions/src/resolve';
const WALL = 'libs/permissions/src/workspace/wall.ts';
const WALLED = 'test/e2e/workspace-wall';
const ANSWERS = 'libs/permissions/src/answers';
const SEEN = 'test/laws/read-scope';
const SECRETS = 'test/laws/secrets';
const EFFECTS = 'test/laws/effects';
const WIDE = 'test/laws/workspace-wide';
const TARGETS = 'test/laws/targets';
const BELOW = `${RESOLVE}/subtasks.spec`;
const MANY = `${RESOLVE}/resolver.spec`;

const WRITTEN = [
  [
    'the judge of writes',
    'libs/clickup/src/sending/client-for-call.ts',
    'const { prepared, approval, targets } = await this.judged(plan, asked, args);',
    'const { prepared, approval, targets } = { prepared: asked, approval: undefined, targets: [] };',
    [SCOPE],
  ],
  [
    'the wiring of the judge',
    'libs/connections/src/clickup-clients.service.ts',
    'const authorize = this.unlessSwitchedOff(caller, tool, this.permissions.authorizer(held, whereabouts, wall));',
    'const authorize = this.unlessSwitchedOff(caller, tool, () => Promise.resolve());',
    [GATEWAY],
  ],
  [
    'canonical ids on the wire',
    'libs/clickup/src/sending/client-for-call.ts',
    'prepared: same ? asked :',
    'prepared: asked ? asked :',
    [SCOPE],
  ],
  [
    'judging many as a whole',
    'libs/tools/src/tasks/bulk-create-tasks.ts',
    'await context.clickup.judge(',
    'await (() => Promise.resolve())(',
    [GATEWAY],
  ],
  [
    'one layer of several',
    'libs/permissions/src/decide.ts',
    'for (const policy of policies) {\n    const reason = outside(',
    'for (const policy of policies.slice(-1)) {\n    const reason = outside(',
    [MODEL],
  ],
  [
    'the home List of a task',
    `${RESOLVE}/where.ts`,
    'list: list.id, lists:',
    'list: locations.at(-1)?.id ?? list.id, lists:',
    [MODEL, SCOPE],
  ],
  [
    'the resolver of Lists',
    `${RESOLVE}/locators.ts`,
    'list: (id, lookup) => lookup.list(id),',
    'list: (id) => ({ space: id, folder: id, list: id }),',
    [MODEL],
  ],
  [
    'the resolver of Folders',
    `${RESOLVE}/locators.ts`,
    'folder: (id, lookup) => lookup.folder(id),',
    'folder: (id) => ({ folder: id }),',
    [MODEL],
  ],
  [
    'the resolver of time entries',
    `${RESOLVE}/locators.ts`,
    'time_entry: timeEntryPlace,',
    'time_entry: nowhere,',
    [MODEL],
  ],
  ['the resolver of views', `${RESOLVE}/locators.ts`, 'view: viewPlace,', 'view: nowhere,', [MODEL]],
  [
    'the resolver of pages',
    `${RESOLVE}/locators.ts`,
    'page: pagePlace,',
    "page: (_, lookup) => docPlace(lookup.path.doc_id ?? '', lookup),",
    [MODEL],
  ],
  [
    'looking for the comment under its parent',
    `${RESOLVE}/comments.ts`,
    'if (!(await isAmong(',
    'if (false && !(await isAmong(',
    [MODEL, SCOPE],
  ],
  [
    'looking for the checklist on its task',
    `${RESOLVE}/locators.ts`,
    'if (!parts(await lookup.wholeTask(task)).some((part) => part.id === id))',
    'if (false)',
    [MODEL, SCOPE],
  ],
  [
    'looking for the item on the checklist',
    `${RESOLVE}/locators.ts`,
    'named.every((name) => items.some((item) => item.id === name))',
    'named.every(() => items)',
    ['test/e2e/laundering'],
  ],
  [
    'keeping credentials apart',
    `${RESOLVE}/location-cache.ts`,
    'this.credential = credential.hash;',
    "this.credential = 'all';",
    [SCOPE],
  ],
  ['forgetting after a move', `${RESOLVE}/resolver.ts`, 'new Set(RELOCATING)', 'new Set<Verb>()', [SCOPE, EFFECTS]],
  [
    'noticing a race',
    'libs/clickup/src/sending/client-for-call.ts',
    'if (approval?.holds?.(answer) === false)',
    'if (false)',
    [SCOPE],
  ],
  [
    'the targets in the body',
    'libs/clickup/src/operations/tasks/task-places.ts',
    '  targets: ({ body }) => tasks(body.source_task_ids),\n',
    '',
    ['test/laws/targets', MODEL],
  ],
  [
    'the read scope',
    'libs/clickup/src/sending/client-for-call.ts',
    'if (!readLimits) return this.deliver',
    'if (readLimits ?? true) return this.deliver',
    [READS],
  ],
  [
    'hiding in answers',
    `${ANSWERS}/read-scope.ts`,
    'if (from !== undefined) {',
    'if (from === undefined) return answer;\n    if (from !== undefined) {',
    [READS, SEEN],
  ],
  [
    'directories apart by what may be read',
    'libs/clickup/src/directory/workspace-directory.ts',
    'client.cachePartition ?? client.credential.hash',
    'client.credential.hash',
    [READS],
  ],
  [
    'paging anew over what is shown',
    `${ANSWERS}/read-scope.ts`,
    "(from === 'filters' && !(await this.isInside(operation, call, scopes)))",
    'false',
    [READS],
  ],
  [
    'hidden places in filters',
    `${ANSWERS}/read-scope.ts`,
    '.locate([...local, ...filtered])',
    '.locate([...local])',
    [READS],
  ],
  [
    'fields that hold other tasks',
    `${ANSWERS}/fields.ts`,
    '...(OF_THEMSELVES.has(field.type) && filled)',
    '...filled',
    [READS, SEEN],
  ],
  [
    'the Folders above',
    'libs/permissions/src/permissions.service.ts',
    '? await where.climb(near) : near',
    '? near : near',
    [SCOPE, MODEL],
  ],
  [
    'the timer that a start ends',
    'libs/clickup/src/operations/time/time-writes.ts',
    '[RUNNING, ...(body.tid',
    '[...(body.tid',
    [SCOPE, 'libs/clickup/src/targets'],
  ],
  [
    'the operator before everybody',
    'libs/permissions/src/permissions.service.ts',
    '[this.operator, ...policies]',
    '[...policies]',
    [GATEWAY, RIGHTS],
  ],
  [
    'the wall',
    'libs/connections/src/clickup-clients.service.ts',
    'const wall = workspaceId === undefined ? undefined :',
    'const wall = workspaceId !== undefined ? undefined :',
    [WALLED, 'test/laws/wall'],
  ],
  [
    'the wall before writes',
    'libs/permissions/src/permissions.service.ts',
    'await wall?.checkTargets(operation, targets, call);',
    '',
    [WALLED, 'test/laws/wall'],
  ],
  [
    'the wall before reads',
    'libs/permissions/src/workspace/within.ts',
    'const within = this.wall.checkTargets(operation, targets, call);',
    'const within = Promise.resolve();',
    [WALLED, 'test/laws/wall'],
  ],
  [
    'the wall behind reads',
    WALL,
    'if (told && !this.knows(',
    'if (told && !told && !this.knows(',
    [WALLED, 'test/laws/wall'],
  ],
  [
    'Workspaces by their id',
    WALL,
    'id !== undefined && id !== this.workspace;',
    'id === undefined && id !== undefined;',
    ['test/laws/wall'],
  ],
  [
    'the list of Workspaces',
    WALL,
    'if (operation === GetAuthorizedTeams) return',
    'if (operation === GetAuthorizedTeams && !operation) return',
    [WALLED],
  ],
  [
    'what was learned in the other Workspace',
    WALL,
    '=== this.workspace;\n  }\n\n  private keep',
    '!== undefined;\n  }\n\n  private keep',
    ['test/laws/wall'],
  ],
  [
    'the filters of reads inside the wall',
    WALL,
    '[...targets, ...filteredPlaces(operation, call.query)]',
    '[...targets]',
    [WALLED],
  ],
  [
    'asking for more scope',
    'libs/mcp/src/calls/admission.ts',
    '=> !isRead(verb) && lacksWrite(caller);',
    '=> !isRead(verb) && lacksWrite(caller) && false;',
    [RIGHTS],
  ],
  [
    'rights in the confirmation',
    'libs/mcp/src/confirmations/previews.ts',
    'policy: policyDigest(policies)',
    "policy: ''",
    [RIGHTS],
  ],
  [
    'hiding in the answers of writes',
    'libs/clickup/src/sending/client-for-call.ts',
    'return readLimits ? await readLimits.filterAnswer(plan.operation',
    'return readLimits && !readLimits ? await readLimits.filterAnswer(plan.operation',
    [READS],
  ],
  ['hiding in subtasks', `${ANSWERS}/rules.ts`, '  [Subtask, taskRule],\n', '', [READS, SEEN]],
  ['links of tasks', `${ANSWERS}/tasks.ts`, 'linked_tasks: _, dependencies: __, parent,', 'parent,', [READS, SEEN]],
  ['the parent of a task', `${ANSWERS}/tasks.ts`, 'parent: other(parent, view),', 'parent,', [SEEN]],
  [
    'where a relationship points to',
    `${ANSWERS}/fields.ts`,
    'type_config: OF_THEMSELVES.has(type) ? type_config : {}',
    'type_config',
    [SEEN],
  ],
  ['Lists in answers', `${ANSWERS}/rules.ts`, '  [List, listRule],\n', '', [SEEN]],
  ['Folders in answers', `${ANSWERS}/rules.ts`, '  [Folder, folderRule],\n', '', [READS, SEEN]],
  ['Spaces in answers', `${ANSWERS}/rules.ts`, '  [Space, spaceRule],\n', '', [SEEN]],
  ['views in answers', `${ANSWERS}/rules.ts`, '  [View, viewRule],\n', '', [SEEN]],
  [
    'conditions of views',
    `${ANSWERS}/rules.ts`,
    '&& PLAIN_CONDITIONS.has(field) && { values }',
    '&& { values }',
    [SEEN],
  ],
  ['what views compare with', `${ANSWERS}/rules.ts`, '  [Condition, conditionRule],\n', '', [SEEN]],
  ['Docs in answers', `${ANSWERS}/rules.ts`, '  [Doc, docRule],\n', '', [READS, SEEN]],
  ['pages in answers', `${ANSWERS}/rules.ts`, '  [Page, pageRule],\n', '', [SEEN]],
  ['names of pages', `${ANSWERS}/rules.ts`, '  [PageRef, pageRule],\n', '', [SEEN]],
  ['mentions in comments', `${ANSWERS}/rules.ts`, '  [CommentRun, { show: shownRun, whole: true }],\n', '', [SEEN]],
  ['the plain text of comments', `${ANSWERS}/rules.ts`, '  [Comment, { show: shownComment }],\n', '', [SEEN]],
  ['time entries in answers', `${ANSWERS}/rules.ts`, '  [TimeEntry, entryRule],\n', '', [READS, SEEN]],
  ['time in status by task', `${ANSWERS}/rules.ts`, '  [GetBulkTasksTimeInStatus.response, byTaskRule],\n', '', [SEEN]],
  ['files in answers', `${ANSWERS}/rules.ts`, '  [postEntityAttachment.response, attachedRule],\n', '', [SEEN]],
  [
    'what no schema knows',
    `${ANSWERS}/projection.ts`,
    'const shown: Record<string, unknown> = {};',
    'const shown: Record<string, unknown> = { ...value };',
    [SEEN],
  ],
  [
    'the risk of reads',
    'libs/permissions/src/decide.ts',
    'if (risky !== undefined || isRead(verb)) return risky;',
    'if (isRead(verb)) return undefined;\n  if (risky !== undefined) return risky;',
    ['libs/permissions/src/decide.spec', RIGHTS],
  ],
  [
    'the risk of what a tool reads',
    'libs/clickup/src/sending/client-for-call.ts',
    'await authorize?.(operation, request.targets, request.call);',
    '',
    ['libs/clickup/src/sending/transport.spec'],
  ],
  [
    'withholding secrets',
    'libs/clickup/src/sending/client-for-call.ts',
    'return withhold && !this.context.secrets ?',
    'return withhold && !withhold ?',
    [RIGHTS],
  ],
  [
    'a mark on a secret',
    'libs/clickup/src/operations/entities/webhook.ts',
    'secret: Secret,',
    'secret: z.string(),',
    [SECRETS, RIGHTS],
  ],
  [
    'secrets that no schema describes',
    'libs/clickup/src/secrets.ts',
    '.filter((key) => !declared.has(key)), byName)',
    '.filter((key) => !declared.has(key)), (_, item) => item)',
    [SECRETS],
  ],
  [
    'subtasks of what is deleted',
    'libs/permissions/src/permissions.service.ts',
    'operation.takesSubtasks?.(call) === true ?',
    'operation.takesSubtasks === undefined ?',
    [BELOW, MODEL],
  ],
  [
    'subtasks of subtasks',
    `${RESOLVE}/subtasks.ts`,
    'level = fresh.filter((id) => open.has(id));',
    'level = [];',
    [BELOW, MODEL],
  ],
  ['homes of tasks in several Lists', `${RESOLVE}/resolver.ts`, 'include_timl: false', 'include_timl: true', [MANY]],
  ['forgetting after a merge', `${RESOLVE}/resolver.ts`, "if (verb === 'merge' || targets", 'if (targets', [MANY]],
  ['giving up on scattered tasks', `${RESOLVE}/resolver.ts`, 'if (left.length === rest.length) return;', '', [MANY]],
];

/** Of columns that permissions or caches are decided by: the specs that must notice when a row loses one. */
export const COLUMNS = {
  ofWorkspace: [SEEN],
  showsTheWay: [SEEN],
  tasksFrom: [SEEN],
  relocates: [EFFECTS],
  changesDirectory: [EFFECTS],
  workspaceWide: [WIDE],
  takesSubtasks: [BELOW, MODEL],
};
const OPERATIONS = 'libs/clickup/src/operations';
const ROW = /operation\(\{\n {2}id: (['"])(.+?)\1,\n[\s\S]*?\n\}\);/g;

/** One for every such column of every row, and one for every filter of a read. */
function ofRows() {
  const files = readdirSync(OPERATIONS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => `${OPERATIONS}/${file}`);
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(ROW)].flatMap(([row, , id]) => [
      ...Object.entries(COLUMNS)
        .filter(([column]) => row.includes(`\n  ${column}: `))
        .map(([column, specs]) => [`${column} of ${id}`, file, row, without(row, `\n  ${column}: `), specs]),
      ...[...(/\n {2}placeFilters: \{([^}]*)\}/.exec(row)?.[1] ?? '').matchAll(/(\w+): '\w+',?/g)].map(
        ([filter, name]) => [`placeFilters of ${id}: ${name}`, file, row, row.replace(filter, ''), [TARGETS]],
      ),
    ]),
  );
}

/** One for every read that is judged by its answer. */
function ofSelfLocating() {
  const file = `${RESOLVE}/self-locating.ts`;
  return [...readFileSync(file, 'utf8').matchAll(/\n {2}tells\((\w+), [^\n]*\),/g)].map(([entry, row]) => [
    `where ${row} tells that it lies`,
    file,
    entry,
    '',
    ['test/laws/self-locating'],
  ]);
}

/** The row without a column, which ends where the next one, or a comment on it, begins. */
const without = (row, column) => row.replace(new RegExp(`${column}[\\s\\S]*?,(?=\\n(  \\S|\\}))`), '');

/** What is taken out: in this file this text becomes that one; and the specs that must turn red. */
export const MUTATIONS = [...WRITTEN, ...ofRows(), ...ofSelfLocating()];

/** The text as the formatter may have laid it out: broken anywhere, with a comma before a closing bracket. */
export const however = (text) => {
  const parts = text
    .match(/\w+|[^\s\w]/g)
    .map((part) => (/[)\]}]/.test(part) ? `,?\\s*\\${part}` : part.replace(/[^\w]/, '\\$&')));
  return new RegExp(parts.join('\\s*'), 'g');
};
