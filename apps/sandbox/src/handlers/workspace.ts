import { type Handler } from '../call.js';
import { teamWire } from '../wire/places.js';
import { ownerWire } from '../wire/user.js';

export const GetAuthorizedUser: Handler = ({ user }) => ({ user: ownerWire(user) });

export const GetAuthorizedTeams: Handler = ({ world, access }) => ({
  teams: [...world.workspaces.values()].filter((workspace) => access.role(workspace)).map(teamWire),
});
