import { DEVIATIONS, type Operation, OPERATIONS, operationById } from '#libs/clickup';
import { z } from 'zod';
import { compare, judge } from '../../apps/cli/src/contract/compare.js';
import { type Documented, readDocuments } from '../../apps/cli/src/contract/documents.js';
import { describeIf, OPENAPI_FOLDER } from '../support/needs.js';

const documents = readDocuments(OPENAPI_FOLDER) ?? new Map<string, Documented>();

const ROWS = OPERATIONS.filter(({ documentedAt }) => documentedAt === undefined);

const row = (id: string): Operation => {
  const found = operationById(id);
  if (!found) throw new Error(`There is no row ${id}.`);
  return found;
};
const query = (id: string) => row(id).query as z.ZodObject;
const body = (id: string) => row(id).body as z.ZodObject;
const features = (id: string) => body(id).shape.features as z.ZodObject;
const queryWith = (shape: z.ZodRawShape) => (id: string) => ({ query: query(id).extend(shape) });
const bodyWith = (shape: z.ZodRawShape) => (id: string) => ({ body: body(id).extend(shape) });
const text = z.string().optional();
const ids = z.array(z.int()).optional();
const fieldsOfOneKind = z.array(z.strictObject({ id: z.string(), value: z.string().nullable() })).optional();

/** A wrong change of a row, and where the comparison must see it. */
interface Mutation {
  what: string;
  of: string;
  change: (id: string) => Partial<Operation>;
  seen: string;
}

const MUTATIONS: readonly Mutation[] = [
  { what: 'unknown operationId', of: 'GetTask', change: () => ({ id: 'GetTaskk' }), seen: 'id' },
  { what: 'operationId of another operation', of: 'GetTask', change: () => ({ id: 'DeleteTask' }), seen: 'method' },
  { what: 'wrong method', of: 'UpdateTask', change: () => ({ method: 'PATCH' }), seen: 'method' },
  {
    what: 'wrong path segment',
    of: 'GetTasks',
    change: () => ({ path: '/api/v2/list/{list_id}/tasks' }),
    seen: 'path',
  },
  {
    what: 'path without the server prefix',
    of: 'GetTasks',
    change: () => ({ path: '/v2/list/{list_id}/task' }),
    seen: 'path',
  },
  {
    what: 'path parameter spelled differently',
    of: 'StartatimeEntry',
    change: () => ({ path: '/api/v2/team/{team_id}/time_entries/start' }),
    seen: 'path.team_Id',
  },
  {
    what: 'query key missing',
    of: 'GetTasks',
    change: (id) => ({ query: query(id).omit({ page: true }) }),
    seen: 'query.page',
  },
  { what: 'query key invented', of: 'GetTasks', change: queryWith({ search: text }), seen: 'query.search' },
  { what: 'query missing altogether', of: 'GetSpaces', change: () => ({ query: undefined }), seen: 'query.archived' },
  { what: 'query type wrong', of: 'GetTasks', change: queryWith({ page: text }), seen: 'query.page' },
  { what: 'query array made single', of: 'GetTasks', change: queryWith({ statuses: text }), seen: 'query.statuses' },
  {
    what: 'type of array members wrong',
    of: 'GetTasks',
    change: queryWith({ assignees: ids }),
    seen: 'query.assignees[]',
  },
  {
    what: 'optional query key made required',
    of: 'GetTasks',
    change: (id) => ({ query: query(id).required({ page: true }) }),
    seen: 'query.page',
  },
  {
    what: 'enum value removed',
    of: 'GetTasks',
    change: queryWith({ order_by: z.enum(['id', 'created', 'updated']).optional() }),
    seen: 'query.order_by enum',
  },
  {
    what: 'enum value added',
    of: 'UpdateatimeEntry',
    change: bodyWith({ tag_action: z.enum(['replace', 'add', 'remove', 'clear']).optional() }),
    seen: 'body.tag_action enum',
  },
  {
    what: 'enum where there is none',
    of: 'CreateTask',
    change: bodyWith({ status: z.enum(['open', 'closed']).optional() }),
    seen: 'body.status enum',
  },
  {
    what: 'required body property made optional',
    of: 'CreateTask',
    change: (id) => ({ body: body(id).partial({ name: true }) }),
    seen: 'body.name',
  },
  {
    what: 'optional body property made required',
    of: 'CreateTask',
    change: (id) => ({ body: body(id).required({ tags: true }) }),
    seen: 'body.tags',
  },
  {
    what: 'body property missing',
    of: 'CreateTask',
    change: (id) => ({ body: body(id).omit({ markdown_content: true }) }),
    seen: 'body.markdown_content',
  },
  { what: 'body property invented', of: 'CreateTask', change: bodyWith({ color: text }), seen: 'body.color' },
  { what: 'body type wrong', of: 'CreateTask', change: bodyWith({ due_date: text }), seen: 'body.due_date' },
  {
    what: 'number instead of integer',
    of: 'CreateTask',
    change: bodyWith({ due_date: z.number().optional() }),
    seen: 'body.due_date',
  },
  {
    what: 'null no longer accepted',
    of: 'CreateTask',
    change: bodyWith({ priority: z.int().optional() }),
    seen: 'body.priority',
  },
  {
    what: 'nested property missing',
    of: 'UpdateTask',
    change: bodyWith({ assignees: z.strictObject({ add: z.array(z.int()) }).optional() }),
    seen: 'body.assignees.rem',
  },
  {
    what: 'nested property not required',
    of: 'UpdateSpace',
    change: (id) => ({ body: body(id).extend({ features: features(id).partial({ tags: true }) }) }),
    seen: 'body.features.tags',
  },
  {
    what: 'plain array where a change is wanted',
    of: 'UpdateTask',
    change: bodyWith({ assignees: ids }),
    seen: 'body.assignees',
  },
  {
    what: 'alternative of a union missing',
    of: 'CreateTask',
    change: bodyWith({ custom_fields: fieldsOfOneKind }),
    seen: 'body.custom_fields[] one of',
  },
  { what: 'body missing altogether', of: 'CreateTask', change: () => ({ body: undefined }), seen: 'body' },
  {
    what: 'body invented',
    of: 'StopatimeEntry',
    change: () => ({ body: z.strictObject({ tid: z.string() }) }),
    seen: 'body',
  },
];

describeIf(documents.size > 0, `ClickUp's OpenAPI documents in ${OPENAPI_FOLDER} (CLICKUP_OPENAPI_DIR)`)(
  'every row against the OpenAPI documents',
  () => {
    it.each(ROWS.map((operation) => [operation.id, operation] as const))('%s', (id, operation) => {
      expect(
        judge(
          [operation],
          documents,
          DEVIATIONS.filter((deviation) => deviation.operation === id),
        ),
      ).toEqual({ unexplained: [], needless: [] });
    });

    it('has no deviation for an operation without a row', () => {
      expect(judge(ROWS, documents, DEVIATIONS).needless).toEqual([]);
    });

    it('a row of which ClickUp writes elsewhere says where, and is not in the documents', () => {
      const elsewhere = OPERATIONS.filter(({ documentedAt }) => documentedAt !== undefined);
      expect(elsewhere.filter(({ id }) => documents.has(id))).toEqual([]);
      for (const { documentedAt } of elsewhere) expect(documentedAt).toMatch(/^https:\/\/developer\.clickup\.com\//);
    });

    it('reports a deviation that explains nothing', () => {
      const stale = {
        operation: 'GetTask',
        where: 'query.page',
        ours: 'present',
        documented: 'absent',
        reason: 'made up',
      };
      expect(judge(ROWS, documents, [...DEVIATIONS, stale]).needless).toEqual([stale]);
    });

    it('reports every difference when no deviation is given', () => {
      expect(judge(ROWS, documents, []).unexplained).toHaveLength(DEVIATIONS.length);
    });

    it.each(MUTATIONS.map((mutation) => [`${mutation.what} (${mutation.of})`, mutation] as const))(
      'sees a wrong row: %s',
      (_, { of, change, seen }) => {
        const { unexplained } = judge([{ ...row(of), ...change(of) } as Operation], documents, DEVIATIONS);
        expect(unexplained.map(({ where }) => where)).toContainEqual(
          expect.stringMatching(new RegExp(`^${seen.replaceAll(/[[\].]/g, '\\$&')}($| \\{)`)),
        );
      },
    );

    it('sees a change of the document', () => {
      const documented = documents.get('DeleteTask') as Documented;
      const parameters = [
        ...documented.parameters,
        { name: 'force', in: 'query', required: true, schema: { type: 'boolean' } },
      ];
      const changed = new Map(documents).set('DeleteTask', { ...documented, parameters });
      expect(compare(row('DeleteTask'), changed)).toEqual([
        { operation: 'DeleteTask', where: 'query.force', ours: 'absent', documented: 'present' },
      ]);
    });
  },
);
