import { type JudgedCall, type Operation, type ReadLimits, type Target } from '#libs/clickup';
import { type Wall } from './wall.js';

/** Limits of a caller who is bound to a Workspace: first the wall around it, then the places inside it that were granted. */
export class WithinWall implements ReadLimits {
  readonly key: string;

  constructor(
    private readonly wall: Wall,
    private readonly scope?: ReadLimits,
  ) {
    this.key = scope ? `${wall.workspace}.${scope.key}` : wall.workspace;
  }

  narrow(
    operation: Operation,
    query: Readonly<Record<string, unknown>>,
    call: JudgedCall,
  ): Promise<Readonly<Record<string, unknown>>> {
    return this.scope ? this.scope.narrow(operation, query, call) : Promise.resolve(query);
  }

  checkTargets(operation: Operation, targets: readonly Target[], call: JudgedCall): Promise<void> {
    const { scope } = this;
    const within = this.wall.checkTargets(operation, targets, call);
    return scope ? within.then(() => scope.checkTargets(operation, targets, call)) : within;
  }

  filterAnswer(operation: Operation, answer: unknown, call: JudgedCall): Promise<unknown> {
    const { scope } = this;
    const within = this.wall.filterAnswer(operation, answer, call);
    return scope ? within.then((inside) => scope.filterAnswer(operation, inside, call)) : within;
  }
}
