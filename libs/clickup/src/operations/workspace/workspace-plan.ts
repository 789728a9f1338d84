import { z } from 'zod';
import { operation } from '../../operation.js';

const Unlimited = z.union([z.int(), z.literal('Infinity')]);

export const GetWorkspaceseats = operation({
  id: 'GetWorkspaceseats',
  method: 'GET',
  path: '/api/v2/team/{team_id}/seats',
  verb: 'get',
  toolset: 'workspace',
  summary: 'How many seats for members and guests a Workspace has, and how many are free.',
  response: z.strictObject({
    members: z.strictObject({
      filled_members_seats: z.int(),
      total_member_seats: z.int(),
      empty_member_seats: z.int(),
    }),
    guests: z.strictObject({ filled_guest_seats: z.int(), total_guest_seats: Unlimited, empty_guest_seats: Unlimited }),
  }),
});

export const GetWorkspaceplan = operation({
  id: 'GetWorkspaceplan',
  method: 'GET',
  path: '/api/v2/team/{team_id}/plan',
  verb: 'get',
  toolset: 'workspace',
  summary: 'The plan that a Workspace pays for.',
  response: z.strictObject({ plan_name: z.string(), plan_id: z.int() }),
});
