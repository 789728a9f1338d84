import {
  type ArgumentsOf,
  type CallContext,
  ClickUpTransport,
  CreateTask,
  credential,
  CredentialCache,
  type JudgedCall,
  mergeTasks,
  type Operation,
  UpdateList,
  UpdateTask,
} from '#libs/clickup';
import { MemoryBudget } from '#libs/limits';
import { Permissions, type Policies, Resolver, Wall, type Whereabouts } from '#libs/permissions';
import { startSandbox } from '../apps/sandbox/src/index.js';
import { median } from './load.js';

const LIST = '90144360426';
const WORKSPACE = '12345';
const ONLY_LIST: Policies = [{ mode: 'selective', write: { spaces: [], folders: [], lists: [LIST] } }];
const EVERYWHERE: Policies = [{ mode: 'write' }];
const ROUNDS = 7;
const DECISIONS = 20_000;
const TARGET_MICROS = 50;

interface Row {
  what: string;
  measured: number;
  target: number;
}

/** What judging a write costs, inside the wall around the Workspace and where only some places of it were granted: time with everything known, and requests to ClickUp. */
export async function permissions(): Promise<boolean> {
  const sandbox = await startSandbox({ port: 0, tasks: 120 });
  const transport = new ClickUpTransport(
    { CLICKUP_API_URL: sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 50_000_000 },
    new MemoryBudget({ limit: 1_000_000 }),
  );
  try {
    const bench = new Judging(transport, () => sandbox.requests().length);
    const tasks = await bench.tasks(100);
    const [{ micros, floor }, walled] = [
      await bench.decision(tasks[0] ?? ''),
      await bench.decision(tasks[0] ?? '', EVERYWHERE),
    ];
    const counts = await bench.counts(tasks);
    const row = (measured: number, bare: number) => ({
      micros: measured.toFixed(1),
      'floor: one promise, one Map': bare.toFixed(2),
      ratio: `${(measured / bare).toFixed(0)}×`,
      target: `≤ ${TARGET_MICROS} µs`,
      held: measured <= TARGET_MICROS,
    });
    console.table({
      'one List granted, everything known': row(micros, floor),
      'the whole Workspace granted, everything known': row(walled.micros, walled.floor),
    });
    console.table(
      Object.fromEntries(
        counts.map(({ what, measured, target }) => [
          what,
          { 'added requests': measured, target: `≤ ${target}`, held: measured <= target },
        ]),
      ),
    );
    return (
      Math.max(micros, walled.micros) <= TARGET_MICROS && counts.every(({ measured, target }) => measured <= target)
    );
  } finally {
    await transport.close();
    await sandbox.close();
  }
}

class Judging {
  private readonly credential = credential('pk_sandbox_owner');
  private readonly cache = new CredentialCache(8 << 20);
  private readonly judge: Permissions = new Permissions({ mode: 'write' });
  private readonly whereabouts: Whereabouts = (call) => new Resolver(call, this.cache, { home: WORKSPACE });
  private readonly wall = new Wall(WORKSPACE, this.whereabouts, this.cache, this.credential.hash);

  constructor(
    private readonly transport: ClickUpTransport,
    private readonly sent: () => number,
  ) {}

  /** Makes tasks in the List without asking the judge of writes, which therefore does not know them yet. */
  async tasks(count: number): Promise<string[]> {
    const { call } = this.client({ authorize: () => Promise.resolve() });
    const made = Array.from({ length: count }, (_, index) =>
      call(CreateTask, { path: { list_id: LIST }, body: { name: `task ${index}` } }),
    );
    return (await Promise.all(made)).map(({ id }) => id);
  }

  async decision(task: string, granted = ONLY_LIST): Promise<{ micros: number; floor: number }> {
    const authorize = this.authorizer(granted);
    const call: JudgedCall = { path: { task_id: task }, query: {}, body: { name: 'x' }, read: this.client({}) };
    const known = new Map([[task, LIST]]);
    const ours = () => authorize(UpdateTask, [{ kind: 'task', id: task }], call);
    const bare = () => Promise.resolve(known.get(task) === LIST);
    await ours();
    const rounds: { ours: number; bare: number }[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const measured = { bare: await microsEach(bare), ours: await microsEach(ours) };
      if (round >= 0) rounds.push(measured); // round -1 warms up
    }
    return { micros: median(rounds.map((round) => round.ours)), floor: median(rounds.map((round) => round.bare)) };
  }

  async counts([first = '', ...others]: readonly string[]): Promise<Row[]> {
    const renamed = (count: number) =>
      [first, ...others].slice(0, count).map((task_id) => ({ path: { task_id }, body: { name: 'x' } }));
    const merge = (count: number) => () =>
      this.judged(mergeTasks, [{ path: { task_id: first }, body: { source_task_ids: others.slice(0, count) } }]);
    // The Spaces of the Workspace are read once: with the first List.
    const cases: [what: string, cold: number, run: () => Promise<void>][] = [
      [
        'the whole Workspace granted: one task',
        1,
        () => this.judged(UpdateTask, [{ path: { task_id: first }, body: { name: 'x' } }], EVERYWHERE),
      ],
      [
        'the whole Workspace granted: 50 tasks of one List',
        2,
        () =>
          this.judged(
            mergeTasks,
            [{ path: { task_id: first }, body: { source_task_ids: others.slice(0, 49) } }],
            EVERYWHERE,
          ),
      ],
      ['one task', 1, () => this.judged(UpdateTask, [{ path: { task_id: first }, body: { name: 'x' } }])],
      ['one List', 2, () => this.judged(UpdateList, [{ path: { list_id: LIST }, body: { name: 'x' } }])],
      [
        '50 new tasks in one List',
        2,
        () =>
          this.judged(
            CreateTask,
            Array.from({ length: 50 }, () => ({ path: { list_id: LIST }, body: { name: 'x' } })),
          ),
      ],
      ['50 tasks of one List', 2, () => this.judged(UpdateTask, renamed(50))],
      ['100 tasks of one List', 2, () => this.judged(UpdateTask, renamed(100))],
      // A merge takes subtasks along, and the subtasks of each source have to be asked for one by one.
      ['merging 50 tasks of one List', 52, merge(49)],
    ];
    const rows: Row[] = [];
    for (const [what, target, run] of cases) {
      this.cache.forget(this.credential.hash, '');
      rows.push(
        { what: `${what}, cold`, measured: await this.added(run), target },
        { what: `${what}, warm`, measured: await this.added(run), target: 0 },
      );
    }
    return rows;
  }

  private judged<O extends Operation>(
    operation: O,
    calls: readonly ArgumentsOf<O>[],
    granted = ONLY_LIST,
  ): Promise<void> {
    return this.client({ authorize: this.authorizer(granted) }).judge(operation, calls);
  }

  private authorizer(granted: Policies) {
    return this.judge.authorizer(this.judge.granted(granted), this.whereabouts, this.wall);
  }

  private async added(work: () => Promise<unknown>): Promise<number> {
    const before = this.sent();
    await work();
    return this.sent() - before;
  }

  private client(more: Partial<CallContext>) {
    return this.transport.client({
      credential: this.credential,
      person: 'bench',
      priority: 'interactive',
      deadline: performance.now() + 600_000,
      ...more,
    });
  }
}

async function microsEach(work: () => unknown): Promise<number> {
  const started = performance.now();
  for (let index = 0; index < DECISIONS; index++) await work();
  return ((performance.now() - started) * 1000) / DECISIONS;
}
