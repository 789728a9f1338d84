import { type JudgedCall, type MaybePromise, type Operation, type ReadLimits, type Target } from '#libs/clickup';
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
  ): MaybePromise<Readonly<Record<string, unknown>>> {
    return this.scope ? this.scope.narrow(operation, query, call) : query;
  }

  checkTargets(operation: Operation, targets: readonly Target[], call: JudgedCall): MaybePromise<void> {
    const { scope } = this;
    const within = this.wall.checkTargets(operation, targets, call);
    if (!scope) return within;
    return within
      ? within.then(() => scope.checkTargets(operation, targets, call))
      : scope.checkTargets(operation, targets, call);
  }

  filterAnswer(operation: Operation, answer: unknown, call: JudgedCall): unknown {
    const { scope } = this;
    const within = this.wall.filterAnswer(operation, answer, call);
    if (!scope) return within;
    return within instanceof Promise
      ? within.then((inside) => scope.filterAnswer(operation, inside, call))
      : scope.filterAnswer(operation, within, call);
  }
}
