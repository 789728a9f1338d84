import { OPERATIONS, operationById } from '#libs/clickup';
import { CATALOGUE } from '#libs/tools';
import { type z } from 'zod';
import { fakeContext } from '../support/tool-context.js';
import { REQUESTS } from '../support/longtail-requests.js';

/** As many as ClickUp documents. */
const ALL = 172;
const AMONG = 5;
const SHARE = 0.95;

const search = CATALOGUE.find(({ name }) => name === 'search_operations')!;
async function foundFor(request: string): Promise<string[]> {
  const { rows } = (await search.handler((search.input as z.ZodObject).parse({ query: request }), fakeContext())) as {
    rows: string[][];
  };
  return rows.map(([id = '']) => id);
}
const answerable = REQUESTS.filter(({ operations }) => operations.some((id) => operationById(id)));

test('60 requests, each once', () => {
  expect(REQUESTS).toHaveLength(60);
  expect(new Set(REQUESTS.map(({ request }) => request)).size).toBe(60);
  if (OPERATIONS.length === ALL) expect(answerable).toHaveLength(60);
});

test('when every operation has a row, the requests reach every toolset', () => {
  const reached = new Set(REQUESTS.flatMap(({ operations }) => operations.map((id) => operationById(id)?.toolset)));
  if (OPERATIONS.length === ALL)
    expect([...new Set(OPERATIONS.map(({ toolset }) => toolset))].filter((toolset) => !reached.has(toolset))).toEqual(
      [],
    );
  else
    console.info(
      `${OPERATIONS.length} of ${ALL} operations have a row: ${answerable.length} of ${REQUESTS.length} requests can be judged.`,
    );
});

test('the right operation is among the first five for 95 %', async () => {
  const found = await Promise.all(
    answerable.map(async ({ request, operations }) => ({
      request,
      operations,
      first: (await foundFor(request)).slice(0, AMONG),
    })),
  );
  const missed = found.filter(({ operations, first }) => !operations.some((id) => first.includes(id)));
  // The misses are named when there are too many.
  expect(missed.length <= answerable.length * (1 - SHARE) ? [] : missed).toEqual([]);
});

test('an operation is found by its own id', async () => {
  const missed = [];
  for (const { id } of OPERATIONS) if (!(await foundFor(id)).includes(id)) missed.push(id);
  expect(missed).toEqual([]);
});
