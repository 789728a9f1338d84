import { operationById } from '#libs/clickup';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type Answer, BenchGateway } from './bench-gateway.js';

const TASKS = 10_000;
const LATENCY_MS = 200;

/** What one request of a person cost: tool calls, upstream requests, tokens of the answers, and how long it took. */
interface Cost {
  calls: number;
  upstream: number;
  tokens: number;
  ms: number;
}
type Limits = Partial<Cost>;

/** Calls a tool and counts what the call costs. */
type Ask = (tool: string, args?: object) => Promise<Answer>;

interface Intent {
  request: string;
  /** Operations that it calls by id. The request is skipped as long as one of them has no row. */
  needs?: readonly string[];
  /** Prepares what the request needs; this is not counted. */
  before?: (ask: Ask) => Promise<unknown>;
  work: (ask: Ask) => Promise<unknown>;
  /** The targets. Some are per task or per page, so they depend on how much was found. */
  limits: (answers: readonly Answer[]) => Limits;
  /** Whether we claim that the targets hold: only these requests decide the exit status. */
  held: boolean;
}

const rowsOf = ({ structuredContent }: Answer): unknown[][] => structuredContent?.rows ?? [];
const column = (answer: Answer, name: string): unknown[] =>
  rowsOf(answer).map((row) => row[answer.structuredContent?.columns.indexOf(name) ?? -1]);
const pages = (answers: readonly Answer[]) => Math.max(1, answers.length);

/** The id of the object with this name, anywhere in an answer: as an object or as a row of a table. */
function idOf(json: unknown, name: string): string {
  if (typeof json !== 'object' || json === null) return '';
  const { columns, rows } = json as { columns?: string[]; rows?: unknown[][] };
  const objects =
    columns && rows
      ? rows.map((row) => Object.fromEntries(columns.map((key, index) => [key, row[index]])))
      : [json as Record<string, unknown>];
  const found = objects.find((each) => typeof each.name === 'string' && each.name.includes(name));
  return found
    ? String(found.id)
    : (Object.values(json)
        .map((each) => idOf(each, name))
        .find(Boolean) ?? '');
}

/** Follows the cursor to the end. */
async function everyPage(ask: Ask, tool: string, args: object): Promise<Answer[]> {
  const found = [await ask(tool, args)];
  for (
    let cursor = found[0]?.structuredContent?.next_cursor;
    cursor;
    cursor = found.at(-1)?.structuredContent?.next_cursor
  )
    found.push(await ask(tool, { ...args, cursor }));
  return found;
}

const FIFTY = {
  list_id: 'Engineering / Backend / Sprint 42',
  tasks: Array.from({ length: 50 }, (_, index) => ({ name: `Prepare the launch, part ${index + 1}` })),
};

/** The requests by which the tools are judged, as far as there are tools for them; in this order, because the first ones warm what later ones use. */
const INTENTS: readonly Intent[] = [
  {
    request: 'open task ENG-123',
    work: (ask) => ask('get_task', { task_id: 'ENG-123' }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 250 }),
    held: true,
  },
  {
    request: 'what is Engineering / Backend / Sprint 42? (cold)',
    work: (ask) => ask('get_list', { list_id: 'Engineering / Backend / Sprint 42' }),
    limits: () => ({ calls: 1, upstream: 2, tokens: 100 }),
    held: true,
  },
  {
    request: 'which spaces, folders and lists are there? (cold)',
    work: (ask) => ask('get_workspace_hierarchy'),
    limits: () => ({ calls: 1, upstream: 1 + 2 * 6, tokens: 700 }),
    held: true,
  },
  {
    request: 'which spaces, folders and lists are there? (warm)',
    work: (ask) => ask('get_workspace_hierarchy'),
    limits: () => ({ calls: 1, upstream: 0, tokens: 700 }),
    held: true,
  },
  {
    request: 'what is Engineering / Backend / Sprint 42? (warm)',
    work: (ask) => ask('get_list', { list_id: 'Engineering / Backend / Sprint 42' }),
    limits: () => ({ calls: 1, upstream: 0, tokens: 100 }),
    held: true,
  },
  {
    request: 'my open tasks',
    work: (ask) => everyPage(ask, 'find_tasks', { assignees: ['me'] }),
    limits: (answers) => ({ calls: pages(answers), upstream: pages(answers), tokens: 4000 * pages(answers) }),
    held: true,
  },
  {
    request: 'how many open tasks are in Database Migrations?',
    work: (ask) => ask('get_list', { list_id: 'Database Migrations' }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 100 }),
    held: true,
  },
  {
    request: 'create these 50 tasks',
    work: async (ask) =>
      ask('bulk_create_tasks', {
        ...FIFTY,
        confirm_token: (await ask('bulk_create_tasks', FIFTY)).structuredContent?.confirm_token,
      }),
    // One more call than the request names: the confirmation.
    limits: () => ({ calls: 2, upstream: 50, tokens: 800, ms: 1500 }),
    held: true,
  },
  {
    request: 'find the task about the memory leak (warm)',
    before: (ask) => ask('find_tasks', { text: 'memory leak' }),
    work: (ask) => ask('find_tasks', { text: 'memory leak' }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 600 }),
    held: false,
  },
  {
    request: 'log 2 billable hours on Refactor Login Component',
    work: (ask) => ask('create_time_entry', { task_id: 'ENG-123', start: 'today 9am', duration: '2h', billable: true }),
    limits: () => ({ calls: 1, upstream: 2, tokens: 150 }),
    held: true,
  },
  {
    request: 'hours per person last week',
    work: (ask) => everyPage(ask, 'list_time_entries', { range: 'last week', assignees: ['everyone'] }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 600 }),
    held: false,
  },
  {
    request: 'is the Reduce Churn goal at risk?',
    needs: ['GetGoals', 'GetGoal'],
    work: async (ask) => {
      const goals = await ask('call_read_operation', { operation: 'GetGoals' });
      await ask('call_read_operation', {
        operation: 'GetGoal',
        path: { goal_id: idOf(goals.structuredContent, 'Reduce Churn') },
      });
    },
    limits: () => ({ calls: 2, upstream: 2, tokens: 1500 }),
    held: false,
  },
  {
    request: 'read the Q4 architecture doc',
    needs: ['searchDocsPublic', 'getDocPagesPublic'],
    work: async (ask) => {
      const docs = await ask('call_read_operation', { operation: 'searchDocsPublic' });
      await ask('call_read_operation', {
        operation: 'getDocPagesPublic',
        path: { doc_id: idOf(docs.structuredContent, 'Q4 Architecture') },
        query: { content_format: 'text/md' },
      });
    },
    limits: () => ({ calls: 3, upstream: 2 }),
    held: false,
  },
  {
    request: 'stalled tasks in Current Sprint, ask for an update on each',
    work: async (ask) => {
      const stalled = await ask('find_tasks', {
        lists: ['Engineering / Frontend / Current Sprint'],
        updated_before: '10 days ago',
      });
      await Promise.all(
        column(stalled, 'id').map((task_id) => ask('add_comment', { task_id, text: 'How is this going?' })),
      );
    },
    limits: ([found]) => ({ calls: 2, upstream: 1 + rowsOf(found!).length, tokens: 1500 }),
    held: false,
  },
  {
    request: 'assign the unassigned frontend bugs to Sarah, the backend ones to David',
    work: async (ask) => {
      const bugs = await ask('find_tasks', { lists: ['Engineering / Incoming Bugs'] });
      const [ids, names] = [column(bugs, 'id'), column(bugs, 'name')];
      await Promise.all(
        ids.map((task_id, index) =>
          ask('update_task', {
            task_id,
            add_assignees: [String(names[index]).startsWith('Frontend') ? 'Sarah Chen' : 'David Miller'],
          }),
        ),
      );
    },
    limits: ([found]) => ({ calls: 2, upstream: 1 + rowsOf(found!).length, tokens: 1500 }),
    held: false,
  },
];

const cost = ({ content = [], structuredContent }: Answer) =>
  Math.max(
    countTokens(content.map(({ text }) => text).join('\n')),
    countTokens(JSON.stringify(structuredContent ?? {})),
  );
const within = (found: Cost, limits: Limits): boolean =>
  (Object.keys(limits) as (keyof Cost)[]).every((key) => found[key] <= (limits[key] ?? Infinity));

/**
 * What requests of people cost on 10,000 tasks at 200 ms per upstream request. Identity, Workspace and time zone are read before and not counted.
 * @returns whether everything holds that is claimed to
 */
export async function intents(): Promise<boolean> {
  const gateway = await BenchGateway.start({ SANDBOX_TASKS: String(TASKS), SANDBOX_LATENCY_MS: String(LATENCY_MS) });
  try {
    await gateway.call('find_members', { query: 'me' });
    const results = [];
    const possible = INTENTS.filter(({ needs = [] }) => needs.every((id) => operationById(id)));
    for (const intent of possible) results.push({ intent, ...(await measure(gateway, intent)) });
    console.log(`${TASKS} tasks, ${LATENCY_MS} ms per upstream request; targets in brackets`);
    console.table(
      Object.fromEntries(
        results.map(({ intent, found, limits, held }) => [
          intent.request,
          {
            'tool calls': against(found.calls, limits.calls),
            upstream: against(found.upstream, limits.upstream),
            tokens: against(found.tokens, limits.tokens),
            seconds: (found.ms / 1000).toFixed(1),
            holds: held ? 'yes' : intent.held ? 'NO, but claimed' : 'not yet',
          },
        ]),
      ),
    );
    return results.every(({ intent, held }) => held || !intent.held);
  } finally {
    await gateway.stop();
  }
}

const against = (found: number, limit: number | undefined) =>
  limit === undefined ? String(found) : `${found} (≤ ${limit})`;

async function measure(
  gateway: BenchGateway,
  { before, work, limits: limitsOf }: Intent,
): Promise<{ found: Cost; limits: Limits; held: boolean }> {
  const answers: Answer[] = [];
  const ask: Ask = async (tool, args = {}) => {
    const answer = await gateway.call(tool, args);
    answers.push(answer);
    return answer;
  };
  await before?.((tool, args = {}) => gateway.call(tool, args));
  const [requests, started] = [await gateway.upstreamRequests(), performance.now()];
  await work(ask);
  const ms = performance.now() - started;
  const found = {
    calls: answers.length,
    upstream: (await gateway.upstreamRequests()) - requests,
    tokens: answers.map(cost).reduce((sum, each) => sum + each, 0),
    ms,
  };
  const limits = limitsOf(answers);
  return { found, limits, held: within(found, limits) };
}
