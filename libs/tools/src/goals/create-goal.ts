import { CreateGoal } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { personIds } from '../arguments/address.js';
import { Markdown, Name, Ref, When } from '../arguments/inputs.js';
import { dateText, dayText, moment } from '../arguments/moments.js';
import { NotApplied } from '../answers/changes.js';
import { people } from '../answers/task.js';
import { defineTool } from '../tool/tool.js';

const COLOR = '#32a852';
const MOST_OWNERS = 50;

export const createGoal = defineTool({
  name: 'create_goal',
  title: 'Create goal',
  description: 'Set a new goal; yours unless owners are named. save_key_result gives it key results.',
  toolset: 'goals',
  verb: 'create',
  listed: false,
  covers: [CreateGoal],
  input: z.strictObject({
    name: Name,
    due_date: When,
    description: Markdown.optional(),
    owners: z.array(Ref).min(1).max(MOST_OWNERS).optional(),
    color: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i)
      .max(7)
      .optional()
      .describe('like #32a852'),
  }),
  output: z.strictObject({
    ref: z.string(),
    name: z.string(),
    due: z.string().optional(),
    owners: z.string().optional(),
    url: z.string(),
    not_applied: NotApplied,
  }),
  headline: () => 'Goal created',
  async handler({ name, description = '', owners = ['me'], color = COLOR, ...args }, context) {
    const { clickup, directory, zone } = context;
    const due = await moment('due_date', args.due_date, context);
    const ids = await personIds('owners', owners, context);
    const { id: team_id } = await directory.workspace();
    const twin = (await directory.objects('goal')).find(
      (goal) => goal.name.trim().toLowerCase() === name.trim().toLowerCase(),
    );
    if (twin)
      throw new AppError(
        'invalid_parameters',
        `name: there is a goal "${twin.name}" (${twin.id}) already. Change it with update_goal, or give another name.`,
        { details: { parameter: 'name' } },
      );
    const { goal } = await clickup.call(CreateGoal, {
      path: { team_id },
      body: { name, due_date: due.ms, description, multiple_owners: ids.length > 1, owners: ids, color },
    });
    const is = new Set(goal.owners.map(({ id }) => id));
    const not_applied = [
      ...(ids.every((id) => is.has(id))
        ? []
        : [{ field: 'owners', wanted: owners.join(', '), is: people(goal.owners) || 'none' }]),
      ...(dayText(goal.due_date, zone) === dayText(due.ms, zone)
        ? []
        : [{ field: 'due_date', wanted: dateText(due.ms, zone) ?? '', is: dateText(goal.due_date, zone) ?? 'none' }]),
    ];
    return {
      ref: goal.id,
      name: goal.name,
      due: dateText(goal.due_date, zone),
      owners: people(goal.owners) || undefined,
      url: goal.pretty_url,
      ...(not_applied.length > 0 && { not_applied }),
    };
  },
});
