import { type Goal, type TargetType } from '../world/goals.js';
import { type Places } from './places.js';
import { type User } from '../world/types.js';
import { type World } from '../world/world.js';

const DAY = 86_400_000;

/** Days are relative to the start; negative is past. People are indexes into PEOPLE. */
interface Target {
  name: string;
  type: TargetType;
  unit: string;
  span: readonly [start: number, end: number];
  owner: number;
  /** Day, what was reached, and what was said about it. */
  updates: readonly (readonly [day: number, current: number, note: string])[];
  lists?: readonly string[];
}
interface GoalSeed {
  name: string;
  description: string;
  owners: readonly number[];
  created: number;
  due: number;
  color: string;
  folder?: true;
  private?: true;
  targets: readonly Target[];
}

const FOLDER = 'Quarterly Goals';

const GOALS: readonly GoalSeed[] = [
  {
    name: 'Reduce Churn',
    description: 'Fewer customers leave us: monthly churn below 2 % by the end of the quarter.',
    owners: [0, 20],
    created: -60,
    due: 30,
    color: '#32a852',
    targets: [
      {
        name: 'Monthly churn',
        type: 'percentage',
        unit: '%',
        span: [5, 2],
        owner: 0,
        updates: [
          [-45, 5, 'No change yet.'],
          [-24, 4, 'First effect of the new onboarding.'],
          [-9, 4, 'Flat since last time; two large accounts are wavering.'],
        ],
      },
      {
        name: 'Revenue saved from cancellations',
        type: 'currency',
        unit: 'USD',
        span: [0, 50_000],
        owner: 20,
        updates: [
          [-40, 6_000, 'Globolux stays.'],
          [-16, 18_000, 'Two renewals signed.'],
        ],
      },
      {
        name: 'Exit interviews held',
        type: 'number',
        unit: 'interviews',
        span: [0, 30],
        owner: 21,
        updates: [
          [-30, 9, 'Good answers about pricing.'],
          [-12, 14, 'Hard to reach people in summer.'],
        ],
      },
      {
        name: 'Cancellation survey is live',
        type: 'boolean',
        unit: '',
        span: [0, 1],
        owner: 2,
        updates: [[-35, 1, 'Shipped.']],
      },
      {
        name: 'All churn tickets worked off',
        type: 'automatic',
        unit: 'tasks',
        span: [0, 0],
        owner: 22,
        updates: [],
        lists: ['Support/Success/Churn'],
      },
    ],
  },
  {
    name: 'Ship the mobile app',
    description: 'Both stores, feature parity with the web for tasks.',
    owners: [3],
    created: -75,
    due: 45,
    color: '#0231e8',
    folder: true,
    targets: [
      {
        name: 'Open bugs',
        type: 'number',
        unit: 'bugs',
        span: [120, 10],
        owner: 5,
        updates: [
          [-20, 60, 'Half of it.'],
          [-3, 31, 'On track.'],
        ],
      },
      {
        name: 'Beta testers',
        type: 'number',
        unit: 'people',
        span: [0, 200],
        owner: 7,
        updates: [[-6, 170, 'The waiting list helps.']],
      },
    ],
  },
  {
    name: 'Answer tickets within a day',
    description: 'First answer within 24 hours, every ticket.',
    owners: [22, 23],
    created: -90,
    due: -5,
    color: '#ff7800',
    folder: true,
    targets: [
      {
        name: 'Tickets answered in time',
        type: 'percentage',
        unit: '%',
        span: [70, 95],
        owner: 22,
        updates: [
          [-30, 88, 'Better with two shifts.'],
          [-6, 96, 'Done.'],
        ],
      },
    ],
  },
  {
    name: 'Close the Series C',
    description: 'Term sheet and diligence.',
    owners: [0],
    created: -30,
    due: 60,
    color: '#d60800',
    private: true,
    targets: [
      {
        name: 'Term sheets',
        type: 'number',
        unit: 'sheets',
        span: [0, 2],
        owner: 0,
        updates: [[-4, 1, 'One in hand.']],
      },
    ],
  },
];

/** Goals with a history, one of them at risk; and one in the second Workspace. */
export function seedGoals(world: World, { acme, people, lists }: Places): void {
  const person = (at: number): User => people[at] as User;
  const folder = {
    id: world.goals.nextId(),
    name: FOLDER,
    workspace: acme,
    creator: person(0),
    created: world.now() - 100 * DAY,
  };
  world.goals.folders.push(folder);
  for (const seed of GOALS) {
    const created = world.now() + seed.created * DAY;
    const owners = seed.owners.map(person);
    const goal = world.goals.add({
      workspace: acme,
      folder: seed.folder && folder,
      name: seed.name,
      description: seed.description,
      creator: person(0),
      created,
      updated: created,
      due: world.now() + seed.due * DAY,
      color: seed.color,
      private: seed.private ?? false,
      multipleOwners: owners.length > 1,
      owners,
      members: owners,
    });
    for (const target of seed.targets)
      addTarget(
        world,
        goal,
        target,
        person(target.owner),
        (target.lists ?? []).flatMap((path) => lists.get(path) ?? []),
      );
  }
  const globex = world.workspace('67890');
  const [hank] = globex.members.keys();
  if (hank)
    world.goals.add({
      workspace: globex,
      folder: undefined,
      name: 'Secret goal of the reactor',
      description: '',
      creator: hank,
      created: world.now() - 9 * DAY,
      updated: world.now() - 9 * DAY,
      due: world.now() + DAY,
      color: '#000000',
      private: false,
      multipleOwners: false,
      owners: [hank],
      members: [],
    });
}

function addTarget(
  world: World,
  goal: Goal,
  { name, type, unit, span: [start, end], updates }: Target,
  owner: User,
  lists: Goal['keyResults'][number]['lists'],
): void {
  const keyResult = world.goals.addKeyResult({
    goal,
    name,
    type,
    unit,
    creator: goal.creator,
    created: goal.created,
    start,
    end,
    owners: [owner],
    tasks: [],
    lists,
  });
  for (const [day, current, note] of updates) {
    const date = world.now() + day * DAY;
    keyResult.actions.push({ id: world.goals.nextId(), user: owner, date, note, before: keyResult.current, current });
    keyResult.current = current;
    goal.updated = Math.max(goal.updated, date);
  }
}
