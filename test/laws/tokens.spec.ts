import { readFileSync } from 'node:fs';
import { type Task } from '#libs/clickup';
import { isRead } from '#libs/core';
import { CATALOGUE, present, type Tool, wireTool } from '#libs/tools';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type z } from 'zod';
import { applied, type Call, dayMs, fakeContext, PEOPLE, priorityOf, task, userOf } from '../support/tool-context.js';

/** What a model reads of tools: name, description and input schema of each. */
const read = (tools: readonly Tool[]) =>
  tools
    .filter(({ listed }) => listed !== false)
    .map((tool) => wireTool(tool))
    .map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
const listCost = (tools: readonly Tool[]) => countTokens(JSON.stringify(read(tools)));

/** A result costs the larger of its two forms: a host shows its model the text or the structured content. */
async function resultCost(name: string, args: Record<string, unknown>, context = fakeContext()): Promise<number> {
  const tool = CATALOGUE.find((each) => each.name === name)!;
  const output: Record<string, unknown> = await tool.handler((tool.input as z.ZodObject).parse(args), context);
  const { structured, text } = present(tool, output);
  return Math.max(countTokens(JSON.stringify(structured)), countTokens(text));
}

const VERBS = ['Fix', 'Refactor', 'Document', 'Investigate', 'Ship'];
const THINGS = [
  'the memory leak in the ingestion worker',
  'login component',
  'retry logic of the webhook sender',
  'Q4 budget sheet',
  'onboarding e-mail for trial users',
];
const pick = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
const realistic = (index: number): Task =>
  task({
    id: `86c4${(index * 7919 + 46_656).toString(36)}q`,
    custom_id: index % 4 ? `ENG-${100 + index}` : null,
    name: `${pick(VERBS, index)} ${pick(THINGS, index * 3 + 1)}`,
    status: {
      status: pick(['to do', 'in progress', 'in review'], index),
      color: '#fff',
      orderindex: 0,
      type: 'custom',
    },
    priority: index % 3 ? priorityOf(pick([1, 2, 3, 4] as const, index)) : null,
    assignees: index % 5 ? [userOf(pick(PEOPLE, index))] : PEOPLE.slice(1).map(userOf),
    due_date: index % 4 ? String(dayMs('2026-12-01') + index * 86_400_000 + (index % 10 ? 0 : 34_200_000)) : null,
    list: { id: '301', name: pick(['Sprint 42', 'Backlog', 'Bugs', 'Roadmap 2027'], index) },
  });
/** All of them made at one moment, so that whoever asks for others finds none. */
const found = {
  GetFilteredTeamTasks: ({ query = {} }: Call) => ({
    tasks:
      query.page || query.date_created_gt !== undefined || query.date_created_lt !== undefined
        ? []
        : Array.from({ length: 100 }, (_, index) => realistic(index)),
  }),
};

const READING = CATALOGUE.filter(({ verb }) => isRead(verb));
/** What a client gets, with the schemas of answers, which hosts keep for themselves. */
const wholeCost = () =>
  countTokens(JSON.stringify(CATALOGUE.filter(({ listed }) => listed !== false).map((tool) => wireTool(tool))));

test('tools/list: 3,800 tokens for what a model reads, 1,600 of it for what reads, 8,000 with the schemas of answers', () => {
  expect(listCost(CATALOGUE)).toBeLessThanOrEqual(3_800);
  expect(listCost(READING)).toBeLessThanOrEqual(1_600);
  expect(wholeCost()).toBeLessThanOrEqual(8_000);
});

test('docs/performance.md says what tools/list costs', () => {
  const written = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');
  const listed = (tools: readonly Tool[]) => tools.filter((tool) => tool.listed !== false);
  const rows: [what: string, tokens: number][] = [
    [`tools/list, the ${listed(CATALOGUE).length} that are listed`, listCost(CATALOGUE)],
    [`the ${listed(READING).length} of them that read`, listCost(READING)],
    ['tools/list with the schemas of answers', wholeCost()],
  ];
  for (const [what, tokens] of rows) expect(written).toContain(`| ${what} | ${tokens.toLocaleString('en')} |`);
});

test('"my open tasks": 2,700 per 100', async () =>
  expect(await resultCost('find_tasks', { assignees: ['me'] }, fakeContext(found))).toBeLessThanOrEqual(2_700));
test('"find the task about the memory leak": 600', async () =>
  expect(await resultCost('find_tasks', { text: 'memory leak' }, fakeContext(found))).toBeLessThanOrEqual(600));
test('"what is Engineering / Backend / Sprint 42?": 100', async () =>
  expect(await resultCost('get_list', { list_id: 'Engineering / Backend / Sprint 42' })).toBeLessThanOrEqual(100));

test('"create these 50 tasks": 800', async () => {
  const context = fakeContext({
    CreateTask: (call) => applied(call, realistic(Number(String(call.body?.name).slice(5)))),
  });
  expect(
    await resultCost(
      'bulk_create_tasks',
      { list_id: '301', tasks: Array.from({ length: 50 }, (_, index) => ({ name: `Task ${index}` })) },
      context,
    ),
  ).toBeLessThanOrEqual(800);
});

test('"log 2 billable hours": 150', async () => {
  const context = fakeContext({
    Createatimeentry: ({ body }) => ({
      start: body?.start,
      duration: body?.duration,
      billable: true,
      tid: '86c4k2x9q',
    }),
  });
  expect(
    await resultCost(
      'create_time_entry',
      { task_id: '86c4k2x9q', start: 'today 9am', duration: '2h', billable: true },
      context,
    ),
  ).toBeLessThanOrEqual(150);
});

test('what an operation search answers: 300', async () => {
  for (const query of ['create a task', 'time entries of last week', 'change the features of a space'])
    expect(await resultCost('search_operations', { query })).toBeLessThanOrEqual(300);
});

test('60 Lists in 18 Folders in 6 Spaces, with every id: 700', async () => {
  const context = fakeContext();
  const SPACES = ['Engineering', 'Marketing', 'Customer Success', 'Finance', 'People', 'Operations'];
  const FOLDERS = ['Backend', 'Campaigns', 'Q4 Planning'];
  const LISTS = ['Backlog', 'Sprint 42', 'Bugs', 'Roadmap'];
  let id = 90_140_000_000;
  const place = (kind: 'space' | 'folder' | 'list', name: string, children: object[] = []) => ({
    kind,
    id: String((id += 7_919_137)),
    name,
    path: name,
    children,
  });
  const tree = SPACES.map((space) =>
    place('space', space, [
      ...FOLDERS.map((folder) =>
        place(
          'folder',
          folder,
          LISTS.slice(0, 3).map((list) => place('list', list)),
        ),
      ),
      place('list', 'Inbox'),
    ]),
  );
  context.directory = { ...context.directory, tree: () => Promise.resolve(tree as never) };
  expect(await resultCost('get_workspace_hierarchy', {}, context)).toBeLessThanOrEqual(700);
});
