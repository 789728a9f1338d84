import { BUDGET } from '#libs/clickup';
import { Invalidations } from '#libs/connections';
import { type SharedBudget } from '#libs/limits';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

/** Tells the budget that the database was away, also where no request of this process has noticed. */
@Injectable()
export class BudgetRecovery implements OnApplicationBootstrap {
  constructor(
    @Inject(BUDGET) private readonly budget: SharedBudget,
    private readonly invalidations: Invalidations,
  ) {}

  /** After the first connection, which is no return. */
  onApplicationBootstrap(): void {
    this.invalidations.subscribe({ drop: () => undefined, flush: () => this.budget.interrupted() });
  }
}
