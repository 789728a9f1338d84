import { type Call } from '../call.js';
import { refuse } from '../refusal.js';
import { type TimeEntry } from '../world/types.js';

/** The entry that the path names. Entries of other people are for owners and admins only. */
export function entryOf({ world, access, user, path }: Call): TimeEntry {
  const workspace = access.workspace(path.team_id);
  const entry = world.entries.get(path.timer_id ?? '');
  if (!entry || entry.workspace !== workspace) throw refuse.entryUnknown();
  if (entry.user !== user && !access.isAdmin(workspace)) throw refuse.othersTime();
  return entry;
}
