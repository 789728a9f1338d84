import { type Operation, OPERATIONS, operationById, targetsOf } from '#libs/clickup';
import { filteredPlaces } from '#libs/permissions';
import { type ZodObject, type ZodType } from 'zod';
import { type Documented, readDocuments } from '../../apps/cli/src/contract/documents.js';
import { bodyFields, withField } from '../support/documented-fields.js';
import { describeIf, OPENAPI_FOLDER } from '../support/needs.js';
import { SAMPLES } from '../support/samples/index.js';

const documents = readDocuments(OPENAPI_FOLDER) ?? new Map<string, Documented>();
/** Of what ClickUp describes elsewhere, the permissions library's own spec proves the targets. */
const DOCUMENTED = OPERATIONS.filter(({ documentedAt }) => documentedAt === undefined);
const LIKE_AN_ID =
  /(^|[._\]])(\w*_)?(ids?|tid|parent|lists?|tasks?|folder|space|views?|docs?|page|links_to|depends_on|dependency_of|assignees?|owners?|members?|users?|followers|watchers|groups?|source|destination|rem|add|template|location|goal|channel|comment|value)(_\w+)?(\[\]|\.|$)/i;
const CANARY = '7c4n4ry';

/** Parameters that look like an id but name nothing that permission is judged on. The first pattern that fits counts; one that fits nothing is stale. */
const NAMES_NOTHING: readonly (readonly [fields: RegExp, why: string])[] = [
  [/ query\.(custom_task_ids|team_id)$/, 'say how the other ids are spelled; targetsOf puts them into the targets'],
  [
    /(assignees?|watchers|followers|owners|members|user_ids)(\.(add|rem))?(\[\])?$/,
    'people: to be named in a place needs no right over the person',
  ],
  [/\.(group_assignees?|from_group_id)(\.(add|rem))?(\[\])?$/, 'groups of people, likewise'],
  [
    /publicPatchAcl body\.entries\[\]\.id$|reactions\[\]\.user_id$/,
    'people or groups; the objects beside them are judged',
  ],
  [
    /publicPatchAcl body\.entries\[\]\.from_parent_(type|id)$/,
    'one says what the other is: judged together, see the spec of targetsOf',
  ],
  [/\.parent\.type$/, 'says what kind the id beside it is'],
  [/query\.(page|max_page_depth|start_id)$/, 'where a list goes on, or how deep it goes'],
  [/query\.(include_\w+|channel_types|parent_type)$/, 'a switch, or says what kind the id beside it is'],
  [/custom_role_id$/, 'a role; the rows are for admins'],
  [/custom_item_id$/, 'a task type of the Workspace: used, not changed'],
  [
    /CreateTask body\.custom_fields\[\]\.id$/,
    'a Custom Field of the List: its value on this task is set, not the field',
  ],
  [
    /(CreateTask|SetCustomFieldValue) body\.(custom_fields\[\]\.)?(value|value_options|formatted_address)\b/,
    'values; those that hold tasks or files are {add, rem}, which are judged',
  ],
  [/moveTask body\.status_mappings/, 'statuses of the two Lists that are judged'],
  [/EditChecklistItem body\.parent$/, 'another item of the checklist that is judged'],
  [/ body\.(multiple_\w+|comment_text|create_page|can_create_views)$/, 'a switch or a text'],
  [/View body\.(settings|team_sidebar)\./, 'how a view looks'],
  [/FromTemplate body\.options\./, 'what is taken over from the template that is judged'],
  [/Message body\.post_data\.subtype\.id$/, 'a kind of post'],
  [/GetAccessToken body\.client_id$/, 'an app of ClickUp; refused wherever places limit writing'],
];

/** In the form that the parameter has. */
const set = (row: Operation, name: string) => ({
  [name]: (row.query?.shape as Record<string, ZodType> | undefined)?.[name]?.safeParse([CANARY]).success
    ? [CANARY]
    : CANARY,
});

/** Documented fields that look like ids and do not show up in the targets when they are set. */
function unjudged(row: Operation): string[] {
  const documented = documents.get(row.id) as Documented;
  const { path, query = {}, body = {} } = SAMPLES[row.id]!({ task: 't', comment: 'c', entry: 'e', owner: '1' });
  const shows = (args: { query?: object; body?: unknown }) =>
    JSON.stringify([
      targetsOf(row, { path, query, body, ...args }),
      filteredPlaces(row, { ...query, ...args.query }),
    ]).includes(CANARY);
  const inQuery = documented.parameters.filter((each) => each.in === 'query').map(({ name }) => name);
  return [
    ...bodyFields(documented)
      .filter((field) => LIKE_AN_ID.test(field) && !shows({ body: withField(body, field, CANARY) }))
      .map((field) => `${row.id} body.${field}`),
    ...inQuery
      .filter(
        (field) => LIKE_AN_ID.test(field) && !shows({ query: { ...query, ...set(row, field.replace('[]', '')) } }),
      )
      .map((field) => `${row.id} query.${field}`),
  ];
}

/** Parameters of queries that name places, by how ClickUp calls them. */
const PLACES = OPERATIONS.flatMap((row) =>
  Object.keys((row.query as ZodObject | undefined)?.shape ?? {}).flatMap((name) => {
    const [, kind] = /^(space|project|folder|list|task)_ids?$/.exec(name) ?? [];
    return kind === undefined ? [] : [[row.id, name, kind === 'project' ? 'folder' : kind, row] as const];
  }),
);

it.each(PLACES)('%s: %s asks for a %s', (_, name, kind, row) => {
  const query = set(row, name);
  expect([...targetsOf(row, { query }), ...filteredPlaces(row, query)]).toContainEqual({ kind, id: CANARY });
});

describeIf(documents.size > 0, `ClickUp's OpenAPI documents in ${OPENAPI_FOLDER} (CLICKUP_OPENAPI_DIR)`)(
  'every id in a request',
  () => {
    it.each(DOCUMENTED.map((row) => [row.id, row] as const))('%s', (_, row) => {
      expect(unjudged(row).filter((field) => !NAMES_NOTHING.some(([pattern]) => pattern.test(field)))).toEqual([]);
    });

    it('has no stale excuse', () => {
      const all = DOCUMENTED.flatMap(unjudged);
      expect(
        NAMES_NOTHING.filter(([pattern]) => !all.some((field) => pattern.test(field))).map(([pattern]) =>
          String(pattern),
        ),
      ).toEqual([]);
    });

    it.each([
      'UpdateTask',
      'CreateTask',
      'mergeTasks',
      'AddDependency',
      'DeleteDependency',
      'UpdateatimeEntry',
      'Addtagsfromtimeentries',
      'UpdateView',
      'createDocPublic',
      'CreateFolder',
    ])('sees it when %s forgets its targets', (id) => {
      expect(
        unjudged({ ...operationById(id), targets: undefined } as Operation).filter(
          (field) => !NAMES_NOTHING.some(([pattern]) => pattern.test(field)),
        ),
      ).not.toEqual([]);
    });
  },
);
