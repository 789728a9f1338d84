import { type Handler } from '../call.js';
import { filledSeats } from '../world/people.js';

export const GetWorkspaceseats: Handler = ({ access, path }) => {
  const workspace = access.workspace(path.team_id);
  const { seats, guestSeats } = workspace.plan;
  const members = filledSeats(workspace);
  const guests = workspace.members.size - members;
  return {
    members: { filled_members_seats: members, total_member_seats: seats, empty_member_seats: seats - members },
    guests: {
      filled_guest_seats: guests,
      total_guest_seats: guestSeats,
      empty_guest_seats: guestSeats === 'Infinity' ? guestSeats : Math.max(0, guestSeats - guests),
    },
  };
};

export const GetWorkspaceplan: Handler = ({ access, path }) => {
  const { id, name } = access.workspace(path.team_id).plan;
  return { plan_name: name, plan_id: id };
};
