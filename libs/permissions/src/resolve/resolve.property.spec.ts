import {
  type Arguments,
  type CallContext,
  credential,
  CredentialCache,
  type Operation,
  operationById,
} from '#libs/clickup';
import fc from 'fast-check';
import { bench, closeBenches } from '../../../../test/support/clickup-transport.js';
import {
  childrenOf,
  dice,
  type Dice,
  type RandomWorld,
  randomWorld,
  reads,
  type Spot,
  TEAM,
} from '../../../../test/support/random-world.js';
import { Permissions, type Places, type Policy, Resolver } from '../index.js';

/** Decisions per run, and how many are asked of one Workspace. */
const CASES = 10_000;
const CALLS = 3;

/** A call, and what it touches in the world: `undefined` is something that nobody can locate, or that lies in no place. */
interface Case {
  id: string;
  args: Arguments;
  touches: (Spot | undefined)[];
}

const HOSTILE = ['0', 'nope', '..', 'a/b', '86T', '%2e%2e', 'constructor', '__proto__', 'ENG-999999', ' 12', '1,2'];

/** What a random caller says, and the truth about it, told by the world alone. */
class RandomCalls {
  constructor(
    private readonly world: RandomWorld,
    private readonly die: Dice,
  ) {}

  private task(): { ref: string; spot: Spot | undefined } {
    if (this.die.chance(0.08)) return { ref: this.die.pick(HOSTILE), spot: undefined };
    const task = this.die.pick([...this.world.tasks.values()]);
    const ref = this.die.pick([task.id, task.id, task.id.toUpperCase(), `CU-${task.id}`]);
    return { ref, spot: { ...this.world.lists.get(task.home)!, list: task.home } };
  }

  private from(kind: 'lists' | 'folders'): { ref: string; spot: Spot | undefined } {
    const all = this.world[kind];
    if (all.size === 0 || this.die.chance(0.08)) return { ref: this.die.pick(HOSTILE), spot: undefined };
    const ref = this.die.pick([...all.keys()]);
    return { ref, spot: { ...all.get(ref)!, [kind === 'lists' ? 'list' : 'folder']: ref } };
  }

  private at({ id, type }: { id: string; type: number }): Spot | undefined {
    if (type === 4) return { space: id };
    if (type === 5) return { ...this.world.folders.get(id)!, folder: id };
    return type === 6 ? { ...this.world.lists.get(id)!, list: id } : undefined;
  }

  private ofTask(id: string): Spot {
    const { home } = this.world.tasks.get(id)!;
    return { ...this.world.lists.get(home)!, list: home };
  }

  next(): Case {
    const { die, world } = this;
    const [task, other, list, folder, space] = [
      this.task(),
      this.task(),
      this.from('lists'),
      this.from('folders'),
      die.pick(world.spaces),
    ];
    const made = (id: string, args: Arguments, ...touches: (Spot | undefined)[]): Case => ({ id, args, touches });
    const makers: (() => Case)[] = [
      () => made('UpdateTask', { path: { task_id: task.ref }, body: { name: 'x' } }, task.spot),
      () => made('UpdateTask', { path: { task_id: task.ref }, body: { parent: other.ref } }, task.spot, other.spot),
      () => made('CreateTask', { path: { list_id: list.ref }, body: { name: 'x' } }, list.spot),
      () =>
        made(
          'CreateTask',
          { path: { list_id: list.ref }, body: { name: 'x', parent: task.ref, links_to: other.ref } },
          list.spot,
          task.spot,
          other.spot,
        ),
      () => made('AddTaskToList', { path: { list_id: list.ref, task_id: task.ref } }, list.spot, task.spot),
      () =>
        made(
          'moveTask',
          { path: { workspace_id: TEAM, task_id: task.ref, list_id: list.ref }, body: {} },
          list.spot,
          ...this.withSubtasks(task),
        ),
      () => made('DeleteTask', { path: { task_id: task.ref } }, ...this.withSubtasks(task)),
      () => made('UpdateTask', { path: { task_id: task.ref }, body: { archived: true } }, ...this.withSubtasks(task)),
      () => {
        const sources = Array.from({ length: 1 + die.below(6) }, () => this.task());
        return made(
          'mergeTasks',
          { path: { task_id: task.ref }, body: { source_task_ids: sources.map(({ ref }) => ref) } },
          ...[task, ...sources].flatMap((each) => this.withSubtasks(each)),
        );
      },
      () =>
        made('AddDependency', { path: { task_id: task.ref }, body: { depends_on: other.ref } }, task.spot, other.spot),
      () => made('AddTaskLink', { path: { task_id: task.ref, links_to: other.ref } }, task.spot, other.spot),
      () =>
        made(
          'SetCustomFieldValue',
          { path: { task_id: task.ref, field_id: 'f1' }, body: { value: { add: [other.ref], rem: [] } } },
          task.spot,
          other.spot,
        ),
      () => this.byCustomId(),
      () => this.timeEntry(other),
      () => this.hanging(),
      () => {
        const [view = '', parent] = die.pick([...world.views]);
        return made('DeleteView', { path: { view_id: view } }, this.at(parent));
      },
      () => {
        const [doc, { parent, page }] = die.pick([...world.docs]);
        const named = die.chance(0.7) ? page : die.pick([...world.docs.values()]).page;
        return made(
          'editPagePublic',
          { path: { workspace_id: TEAM, doc_id: doc, page_id: named }, body: { content: 'x' } },
          this.at(parent),
          named === page ? this.at(parent) : undefined,
        );
      },
      () => made('UpdateList', { path: { list_id: list.ref }, body: { name: 'x' } }, list.spot),
      () => made('CreateList', { path: { folder_id: folder.ref }, body: { name: 'x' } }, folder.spot),
      () =>
        made(
          'CreateFolder',
          { path: { space_id: space }, body: { name: 'x', parent_folder_id: folder.ref } },
          { space },
          folder.spot,
        ),
      () => made('CreateFolderlessList', { path: { space_id: space }, body: { name: 'x' } }, { space }),
      () =>
        made(
          'CreateSpace',
          { path: { team_id: TEAM }, body: { name: 'x', multiple_assignees: true, features: {} } },
          undefined,
        ),
      () =>
        made(
          'CreateWebhook',
          { path: { team_id: TEAM }, body: { endpoint: 'x', events: ['*'], list_id: Number(list.ref) || 0 } },
          undefined,
        ),
    ];
    return die.pick(makers)();
  }

  /** The task, and all below it. */
  private withSubtasks({ ref, spot }: { ref: string; spot: Spot | undefined }): (Spot | undefined)[] {
    const below = (id: string): Spot[] =>
      childrenOf(this.world, id).flatMap((child) => [this.ofTask(child.id), ...below(child.id)]);
    return [spot, ...below(ref.replace(/^CU-/, '').toLowerCase())];
  }

  private byCustomId(): Case {
    const [one, two] = [this.die.pick([...this.world.tasks.values()]), this.die.pick([...this.world.tasks.values()])];
    const team = this.die.chance(0.9) ? TEAM : '78';
    const known = (id: string) => (team === TEAM ? this.ofTask(id) : undefined);
    const spell = (custom: string) => (this.die.chance(0.5) ? custom : custom.toLowerCase());
    return {
      id: 'AddDependency',
      args: {
        path: { task_id: spell(one.custom) },
        query: { custom_task_ids: true, team_id: team },
        body: { depends_on: spell(two.custom) },
      },
      touches: [known(one.id), known(two.id)],
    };
  }

  private timeEntry(task: { ref: string; spot: Spot | undefined }): Case {
    const [timer_id, of] = this.die.pick([...this.world.entries]);
    const spot = of === undefined ? undefined : this.ofTask(of);
    const moved = this.die.chance(0.5);
    return {
      id: 'UpdateatimeEntry',
      args: { path: { team_id: TEAM, timer_id }, body: { tags: [], ...(moved && { tid: task.ref }) } },
      touches: [spot, ...(moved ? [task.spot] : [])],
    };
  }

  /** A comment, a reply or a checklist, with a parent that is right, wrong or missing. */
  private hanging(): Case {
    const tasks = [...this.world.tasks.values()];
    const [holder, claimed] = [this.die.pick(tasks), this.die.pick(tasks)];
    const told = this.die.chance(0.7) ? holder : claimed;
    const parent = this.die.chance(0.85) ? { task: told.id } : undefined;
    const spot = parent && told === holder ? this.ofTask(holder.id) : undefined;
    const comment = holder.comments[0];
    if (!comment || this.die.chance(0.4))
      return { id: 'DeleteChecklist', args: { path: { checklist_id: holder.checklist }, parent }, touches: [spot] };
    const reply = comment.replies[0];
    if (reply === undefined || this.die.chance(0.5))
      return { id: 'DeleteComment', args: { path: { comment_id: comment.id }, parent }, touches: [spot] };
    return {
      id: 'DeleteComment',
      args: { path: { comment_id: reply }, parent: parent && { ...parent, comment: comment.id } },
      touches: [spot],
    };
  }
}

const among = (die: Dice, ids: readonly string[], of: number) => ids.filter(() => die.chance(of));
const places = (die: Dice, { spaces, folders, lists }: RandomWorld): Places => ({
  spaces: among(die, spaces, 0.4),
  folders: among(die, [...folders.keys()], 0.4),
  lists: among(die, [...lists.keys()], 0.5),
});

/** One to three layers, one of them selective. */
function randomPolicies(die: Dice, world: RandomWorld): Policy[] {
  const one = (): Policy => {
    const kind = die.below(10);
    if (kind === 0) return { mode: 'read' };
    return kind < 4 ? { mode: 'write' } : { mode: 'selective', ...(kind < 9 && { write: places(die, world) }) };
  };
  const more = Array.from({ length: die.below(3) }, one);
  more.splice(die.below(more.length + 1), 0, { mode: 'selective', write: places(die, world) });
  return more;
}

/** Whether this Folder was granted, or the one it lies in. */
const covers = (granted: readonly string[], folder: string | undefined, world: RandomWorld): boolean =>
  folder !== undefined && (granted.includes(folder) || covers(granted, world.folders.get(folder)?.parent, world));

/** The rule as a sentence: in every layer, every object lies in a granted place. */
function model(policies: readonly Policy[], touches: readonly (Spot | undefined)[], world: RandomWorld): boolean {
  for (const { mode, write } of policies) {
    if (mode === 'write') continue;
    if (mode === 'read' || !write) return false;
    for (const spot of touches) {
      if (!spot) return false;
      const granted =
        write.spaces.some((id) => id === spot.space) ||
        covers(write.folders, spot.folder, world) ||
        write.lists.some((id) => id === spot.list);
      if (!granted) return false;
    }
  }
  return true;
}

const permissions = new Permissions({ mode: 'write' });
/** Sends nothing: all reads are answered by the random world. */
let transport: Awaited<ReturnType<typeof bench>>['transport'];
beforeAll(async () => ({ transport } = await bench([])));
afterAll(closeBenches);

async function engine(
  policies: readonly Policy[],
  { id, args }: Case,
  world: RandomWorld,
  cache: CredentialCache,
): Promise<boolean> {
  const read = {
    call: reads(world),
    credential: credential('pk_random'),
    stats: { requests: 0, retries: 0, waitedMs: 0, upstreamMs: 0 },
    judge: () => Promise.resolve(),
    now: Date.now,
  };
  const authorize = permissions.authorizer([...policies], (call) => new Resolver({ ...call, read }, cache));
  const context: CallContext = {
    credential: read.credential,
    person: 'x',
    priority: 'interactive',
    deadline: Infinity,
    authorize,
  };
  return transport
    .client(context)
    .judge(operationById(id) as Operation, [args as never])
    .then(
      () => true,
      (error: { code?: string }) => {
        if (error.code === 'forbidden' || error.code === 'invalid_parameters') return false;
        throw error as Error;
      },
    );
}

it(`decides as the model does, ${CASES} times`, async () => {
  const seed = Number(process.env.FC_SEED ?? Date.now() & 0x7fffffff);
  console.info(`seed ${seed} (FC_SEED repeats it)`);
  const decided = { allowed: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(0x7fffffff), async (number) => {
      const die = dice(number);
      const world = randomWorld(die);
      const policies = randomPolicies(die, world);
      const calls = new RandomCalls(world, die);
      // Several calls with one memory: what was looked up for one is used for the next.
      const cache = new CredentialCache(1 << 20);
      for (let index = 0; index < CALLS; index++) {
        const each = calls.next();
        const expected = model(policies, each.touches, world);
        decided[expected ? 'allowed' : 'refused']++;
        expect({
          number,
          call: each.id,
          args: each.args,
          policies,
          allowed: await engine(policies, each, world, cache),
        }).toEqual({ number, call: each.id, args: each.args, policies, allowed: expected });
      }
    }),
    { numRuns: Math.ceil(CASES / CALLS), seed },
  );
  // A test that allows or refuses everything proves nothing.
  expect(Math.min(decided.allowed, decided.refused)).toBeGreaterThan(CASES / 10);
});
