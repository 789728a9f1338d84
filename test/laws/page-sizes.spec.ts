import { type Operation, OPERATIONS } from '#libs/clickup';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { describeIf } from '../support/needs.js';

/** By what a query asks for a page. */
const PAGING = ['page', 'start_id', 'cursor', 'limit'];
/** Their answers say which page is the last, and nobody says how long a page is. */
const WITHOUT_SIZE = ['GetViewTasks'];

type Property = { maximum?: number };
const queryOf = ({ query }: Operation): Record<string, Property> =>
  query ? ((z.toJSONSchema(query as z.ZodObject, { io: 'input' }).properties ?? {}) as Record<string, Property>) : {};
const paged = OPERATIONS.filter((row) => PAGING.some((name) => name in queryOf(row)));

it('every read by pages has the size of its pages, and nothing else has one', () => {
  const wanted = paged.map(({ id }) => id).filter((id) => !WITHOUT_SIZE.includes(id));
  expect(OPERATIONS.filter(({ pageSize }) => pageSize !== undefined).map(({ id }) => id)).toEqual(wanted);
});

it('where the length of a page can be chosen, the most is the size', () => {
  const chosen = paged.filter((row) => 'limit' in queryOf(row));
  expect(chosen.length).toBeGreaterThan(5);
  expect(chosen.map((row) => [row.id, queryOf(row).limit?.maximum])).toEqual(
    chosen.map(({ id, pageSize }) => [id, pageSize]),
  );
});

interface Documented {
  operationId: string;
  description?: string;
  parameters?: { name: string; schema: { $ref?: string } }[];
}
interface Document {
  paths: Record<string, Record<string, Documented>>;
  components?: { schemas?: Record<string, Property> };
}
const directory = resolve(process.env.CLICKUP_OPENAPI_DIR ?? resolve(__dirname, '../../../shared/clickup'));
const files = ['openapi-v2.json', 'openapi-v3.json'].map((file) => join(directory, file));
/** What the documents say in their prose, or as the most that `limit` may be. */
const PROSE = /limited to (\d+) tasks per page|(?:the |recent )(\d+) (?:most recent )?comments/;

function documentedSize({ description = '', parameters = [] }: Documented, document: Document): number | undefined {
  const [, tasks, comments] = PROSE.exec(description) ?? [];
  const limit =
    parameters
      .find(({ name }) => name === 'limit')
      ?.schema.$ref?.split('/')
      .at(-1) ?? '';
  const most = document.components?.schemas?.[limit]?.maximum;
  return most ?? (tasks || comments ? Number(tasks ?? comments) : undefined);
}

describeIf(files.every(existsSync), `ClickUp's OpenAPI documents in ${directory} (CLICKUP_OPENAPI_DIR)`)(
  'the sizes of pages and the documents',
  () => {
    it('are the same wherever a document names one', () => {
      const documented = files.flatMap((file) => {
        const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
        return Object.values(document.paths)
          .flatMap((methods) => Object.values(methods))
          .flatMap((each) => {
            const size = each.operationId ? documentedSize(each, document) : undefined;
            return size === undefined ? [] : [[each.operationId, size] as const];
          });
      });
      const undocumented = ['GetTaskTemplates'];
      const ours = OPERATIONS.flatMap(({ id, pageSize }) =>
        pageSize === undefined || undocumented.includes(id) ? [] : [[id, pageSize] as const],
      );
      expect(documented.sort()).toEqual(ours.sort());
    });
  },
);
