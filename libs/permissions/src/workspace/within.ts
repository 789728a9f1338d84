import { type JudgedCall, type Operation, type Sight, type Target } from '#libs/clickup';
import { type Wall } from './wall.js';

/** What is seen inside the wall: the Workspace first, then what of it was granted. */
export class WithinWall implements Sight {
  readonly key: string;

  constructor(
    private readonly wall: Wall,
    private readonly scope?: Sight,
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

  async admit(operation: Operation, targets: readonly Target[], call: JudgedCall): Promise<void> {
    await this.wall.admit(operation, targets, call);
    await this.scope?.admit(operation, targets, call);
  }

  async sift(operation: Operation, answer: unknown, call: JudgedCall): Promise<unknown> {
    const inside = await this.wall.answered(operation, answer, call);
    return this.scope ? this.scope.sift(operation, inside, call) : inside;
  }
}
