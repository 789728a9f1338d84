import { type Group } from '../world/people.js';
import { userWire } from './user.js';

export const groupWire = ({ id, workspace, creator, name, handle, created, members }: Group) => ({
  id,
  team_id: workspace.id,
  userid: creator.id,
  name,
  handle,
  date_created: String(created),
  initials: name
    .split(/\s+/)
    .map((word) => word.slice(0, 1))
    .join('')
    .slice(0, 2)
    .toUpperCase(),
  members: [...members].map(userWire),
  avatar: { attachment_id: null, color: null, source: null, icon: null },
});
