import { z } from 'zod';
import { Status } from './status.js';
import { User } from './user.js';

const Switch = z.strictObject({ enabled: z.boolean() }).optional();

/** A Space with its ClickApps. ClickUp leaves out the switches that a plan does not have. */
export const Space = z.strictObject({
  id: z.string(),
  name: z.string(),
  private: z.boolean(),
  color: z.string().nullable().optional(),
  avatar: z.string().nullable().optional(),
  admin_can_manage: z.boolean().nullable().optional(),
  archived: z.boolean().optional(),
  members: z.array(z.strictObject({ user: User })).optional(),
  statuses: z.array(Status),
  multiple_assignees: z.boolean(),
  features: z.strictObject({
    due_dates: z.strictObject({
      enabled: z.boolean(),
      start_date: z.boolean(),
      remap_due_dates: z.boolean(),
      remap_closed_due_date: z.boolean(),
    }),
    sprints: Switch,
    points: Switch,
    custom_items: Switch,
    time_tracking: Switch,
    tags: Switch,
    time_estimates: Switch,
    checklists: Switch,
    zoom: Switch,
    milestones: Switch,
    custom_fields: Switch,
    remap_dependencies: Switch,
    dependency_warning: Switch,
    multiple_assignees: Switch,
    portfolios: Switch,
    emails: Switch,
  }),
});
export type Space = z.output<typeof Space>;
