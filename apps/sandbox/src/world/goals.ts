import { type List, type Task, type User, type Workspace } from './types.js';

export const TARGET_TYPES = ['number', 'currency', 'boolean', 'percentage', 'automatic'] as const;
export type TargetType = (typeof TARGET_TYPES)[number];

/** Somebody made a target or reported progress on it; steps are null where nothing was counted. */
export interface GoalAction {
  id: string;
  user: User;
  date: number;
  note: string;
  before: number | null;
  current: number | null;
}

export interface KeyResult {
  id: string;
  goal: Goal;
  name: string;
  type: TargetType;
  unit: string;
  creator: User;
  created: number;
  start: number;
  /** May lie below the start: something is to shrink. */
  end: number;
  current: number;
  owners: User[];
  /** What an automatic target counts. */
  tasks: Task[];
  lists: List[];
  /** Newest last; never empty. */
  actions: GoalAction[];
}

export interface GoalFolder {
  id: string;
  name: string;
  workspace: Workspace;
  creator: User;
  created: number;
}

export interface Goal {
  id: string;
  prettyId: number;
  workspace: Workspace;
  folder: GoalFolder | undefined;
  name: string;
  description: string;
  creator: User;
  created: number;
  updated: number;
  due: number;
  color: string;
  /** Seen by owners, members and the creator only. */
  private: boolean;
  multipleOwners: boolean;
  owners: User[];
  members: User[];
  keyResults: KeyResult[];
}

/** Goals, their Folders and targets of all Workspaces. */
export class Goals {
  readonly goals = new Map<string, Goal>();
  readonly folders: GoalFolder[] = [];
  readonly keyResults = new Map<string, KeyResult>();
  private count = 0;

  /** A UUID, the same after each reset. */
  nextId(): string {
    return `e53a033c-900e-462d-a849-${(++this.count).toString(16).padStart(12, '0')}`;
  }

  of(workspace: Workspace): Goal[] {
    return [...this.goals.values()].filter((goal) => goal.workspace === workspace);
  }

  add(goal: Omit<Goal, 'id' | 'prettyId' | 'keyResults'>): Goal {
    const prettyId = 1 + Math.max(0, ...this.of(goal.workspace).map((other) => other.prettyId));
    const added: Goal = { ...goal, id: this.nextId(), prettyId, keyResults: [] };
    this.goals.set(added.id, added);
    return added;
  }

  remove(goal: Goal): void {
    for (const { id } of goal.keyResults) this.keyResults.delete(id);
    this.goals.delete(goal.id);
  }

  addKeyResult(keyResult: Omit<KeyResult, 'id' | 'actions' | 'current'>): KeyResult {
    const { creator: user, created: date } = keyResult;
    const added: KeyResult = {
      ...keyResult,
      id: this.nextId(),
      current: keyResult.start,
      actions: [{ id: this.nextId(), user, date, note: 'Created Key Result', before: null, current: null }],
    };
    keyResult.goal.keyResults.push(added);
    this.keyResults.set(added.id, added);
    return added;
  }

  removeKeyResult({ id, goal }: KeyResult): void {
    this.keyResults.delete(id);
    goal.keyResults = goal.keyResults.filter((other) => other.id !== id);
  }
}

/** How far a target is: automatic ones count finished tasks, all others what people reported. */
export function steps({ type, start, end, current, tasks, lists }: KeyResult): {
  start: number;
  end: number;
  current: number;
} {
  if (type !== 'automatic') return { start, end, current };
  const counted = [...new Set([...tasks, ...lists.flatMap((list) => list.tasks.filter(({ archived }) => !archived))])];
  return { start: 0, end: counted.length, current: counted.filter(({ done }) => done !== null).length };
}

/** 0 to 100, whole. */
export function percentOf(keyResult: KeyResult): number {
  const { start, end, current } = steps(keyResult);
  if (start === end) return keyResult.type !== 'automatic' && current === end ? 100 : 0;
  return Math.floor(100 * Math.min(1, Math.max(0, (current - start) / (end - start))));
}

/** The mean of the targets; a Goal without any stands at 0. */
export const percentOfGoal = ({ keyResults }: Goal): number =>
  keyResults.length === 0
    ? 0
    : Math.floor(keyResults.reduce((sum, keyResult) => sum + percentOf(keyResult), 0) / keyResults.length);
