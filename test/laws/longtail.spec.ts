import { OPERATIONS, operationById } from '#libs/clickup';
import { isRead } from '#libs/core';
import { CATALOGUE } from '#libs/tools';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type z } from 'zod';
import { fakeContext } from '../support/tool-context.js';
import { type LongTailRequest, MORE_REQUESTS, REQUESTS } from '../support/longtail-requests.js';
import { LATER_REQUESTS, NEW_REQUESTS } from '../support/longtail-requests-new.js';

const AMONG = 3;
const SHARE = 0.95;
const TOKENS = 300;
const ALL = [...REQUESTS, ...MORE_REQUESTS, ...NEW_REQUESTS, ...LATER_REQUESTS];

const search = CATALOGUE.find(({ name }) => name === 'search_operations')!;
async function foundFor(request: string, context = fakeContext()): Promise<string[][]> {
  const found = await search.handler((search.input as z.ZodObject).parse({ query: request }), context);
  return (found as { rows: string[][] }).rows;
}

/** Whether a row is what is right: its name, or, for `not possible: word`, a row of what ClickUp cannot do whose name has that word. */
function fulfils([name = '', kind = '']: string[], right: string): boolean {
  const word = /^not possible: (.+)$/.exec(right)?.[1];
  return word === undefined ? name === right : kind === 'not possible' && name.includes(word);
}

test('as many operations as ClickUp documents: 172 in its OpenAPI documents, one elsewhere', () =>
  expect(OPERATIONS).toHaveLength(173));

test('the requests reach every toolset', () => {
  const reached = new Set(REQUESTS.flatMap(({ right }) => right.map((id) => operationById(id)?.toolset)));
  expect([...new Set(OPERATIONS.map(({ toolset }) => toolset))].filter((toolset) => !reached.has(toolset))).toEqual([]);
});

describe.each<[string, readonly LongTailRequest[], number?]>([
  ['60 requests', REQUESTS],
  ['60 more', MORE_REQUESTS],
  ['60 others, written before the words of the search were looked at', NEW_REQUESTS],
  ['40 that changed nothing', LATER_REQUESTS, 40],
])('%s', (_, requests, count = 60) => {
  test('each once', () => {
    expect(requests).toHaveLength(count);
    expect(new Set(ALL.map(({ request }) => request)).size).toBe(220);
  });

  test('the right one is among the first three for 95 %', async () => {
    const found = await Promise.all(
      requests.map(async ({ request, right }) => ({
        request,
        right,
        first: (await foundFor(request)).slice(0, AMONG),
      })),
    );
    const missed = found.filter(({ right, first }) => !right.some((id) => first.some((row) => fulfils(row, id))));
    // The misses are named when there are too many.
    expect(missed.length <= requests.length * (1 - SHARE) ? [] : missed).toEqual([]);
  });

  test('nothing that destroys comes first where nobody asked for it', async () => {
    const asked = /delete|remove|drop|throw|erase|kick|take|trash|merge|fold|clear/i;
    const harmless = requests.filter(({ request }) => !asked.test(request));
    expect(harmless.length).toBeGreaterThan(count / 2);
    const first = await Promise.all(
      harmless.map(async ({ request, right }) => ({ request, right, name: (await foundFor(request))[0]?.[0] ?? '' })),
    );
    // A tool for a whole job may be able to delete beside what was asked for; it then shows first what it would do.
    const wrong = first.filter(({ right, name }) => !right.includes(name));
    expect(
      wrong.filter(({ name }) => {
        const risk = operationById(name)?.risk ?? CATALOGUE.find((tool) => tool.name === name)?.risk;
        return risk === 'destructive';
      }),
    ).toEqual([]);
  });

  test('an answer costs 300 tokens at most', async () => {
    const costs = await Promise.all(
      requests.map(async ({ request }) => [request, countTokens(JSON.stringify(await foundFor(request)))] as const),
    );
    expect(costs.filter(([, tokens]) => tokens > TOKENS)).toEqual([]);
  });
});

test('what reads only never hears of writes', async () => {
  const reading = fakeContext();
  const context = {
    ...reading,
    tools: reading.tools.filter(({ tool }) => isRead(tool.verb)),
    permits: ({ verb }: (typeof OPERATIONS)[number]) =>
      isRead(verb) ? ({ allowed: true } as const) : ({ allowed: false, reason: 'read-only' } as const),
  };
  for (const { request } of ALL)
    for (const [, kind] of await foundFor(request, context)) expect(kind).not.toMatch(/write/);
});

test('an operation is found by its own name', async () => {
  const missed = [];
  for (const { id } of OPERATIONS) if (!(await foundFor(id)).some(([name]) => name === id)) missed.push(id);
  expect(missed).toEqual([]);
});
