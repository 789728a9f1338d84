import { type Changer } from '#libs/connections';
import { type Mandate } from './mandate.js';

/** Who changes something under this mandate, for the row and the audit. */
export const changerOf = ({ administrator: { id, kind, personId, actor = personId } }: Mandate): Changer => ({
  id,
  kind,
  ...(actor !== undefined && { personId: actor }),
});
