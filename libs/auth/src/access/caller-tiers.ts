import { type Caller } from '#libs/connections';
import { PERSON_TIERS, type PersonTiers, type TierName } from '#libs/limits';
import { Inject, Injectable, Optional } from '@nestjs/common';

/** On which tier a caller is. */
@Injectable()
export class CallerTiers {
  constructor(@Optional() @Inject(PERSON_TIERS) private readonly people?: PersonTiers) {}

  /** Without billing everybody is on the premium tier, and nothing tells that there are others. */
  get isBilled(): boolean {
    return this.people !== undefined;
  }

  /**
   * The tier of a person, with whatever credential they come. Global keys are the operator's, who pays nobody; a ClickUp key that a client
   * brings along is anybody's.
   * @returns a promise only where the database is asked first
   * @throws AppError (by rejecting) `unavailable`
   */
  of({ connection, kind }: Pick<Caller, 'connection' | 'kind'>): TierName | Promise<TierName> {
    if (!this.people) return 'premium';
    if (connection) return this.people.of(connection.personId);
    return kind === 'client_credentials' ? 'free' : 'premium';
  }
}
