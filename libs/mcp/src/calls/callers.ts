import { type CalledBy } from '#libs/audit';
import { type Caller, personPseudonyms } from '#libs/connections';
import { MASTER_KEY } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';

type Named = Pick<CalledBy, 'grant' | 'kind' | 'person' | 'workspace'>;

/** How callers are named in the line of a call: by pseudonyms, worked out once for each. */
@Injectable()
export class Callers {
  private readonly known = new WeakMap<Caller, Named>();
  private readonly pseudonymOf: (personId: string) => string | undefined;

  constructor(@Inject(MASTER_KEY) masterKey: Buffer | undefined) {
    // Without a master key nobody is let in.
    this.pseudonymOf = masterKey ? personPseudonyms(masterKey) : () => undefined;
  }

  of(caller: Caller): Named {
    let named = this.known.get(caller);
    if (!named) this.known.set(caller, (named = this.named(caller)));
    return named;
  }

  private named({ id, kind, connection, workspaceId }: Caller): Named {
    return { grant: id, kind, person: connection && this.pseudonymOf(connection.personId), workspace: workspaceId };
  }
}
