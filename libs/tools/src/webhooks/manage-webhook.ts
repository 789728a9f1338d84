import { CreateWebhook, DeleteWebhook, GetWebhooks, UpdateWebhook, type Webhook } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied, wasIs } from '../answers/changes.js';
import { Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const Input = z.strictObject({
  webhook: Ref.describe('Its address or id; an unknown https address makes a new one'),
  endpoint: z.string().min(1).max(2048).optional().describe('New address'),
  events: z.array(z.string().min(1).max(60)).min(1).max(40).optional().describe('"taskCreated", …; all without it'),
  within: Ref.optional().describe('Of a new one: Space, Folder or List'),
  wake: z.boolean().optional().describe('Wakes a suspended one'),
  delete: z.boolean().optional(),
});
type Args = z.output<typeof Input>;

interface Plan {
  team_id: string;
  found?: Webhook;
  /** Where a new one listens. */
  place: { space_id?: number; folder_id?: number; list_id?: number };
  where: string;
}

async function planOf(args: Args, context: ToolContext): Promise<Plan> {
  const { clickup, directory } = context;
  const { id: team_id } = await directory.workspace();
  const all = (await clickup.call(GetWebhooks, { path: { team_id } })).webhooks;
  const same = all.filter(({ id, endpoint }) => id === args.webhook || endpoint === args.webhook);
  if (same.length > 1)
    throw new AppError(
      'invalid_parameters',
      `webhook: ${same.length} webhooks send to this address: ${same.map(({ id }) => id).join(', ')}. Pass the id of one.`,
    );
  const [found] = same;
  if (!found && !/^https:\/\/[^\s]+$/.test(args.webhook))
    throw new AppError(
      'invalid_parameters',
      `webhook: there is none of this id or address. ${all.length ? `Those there are: ${all.map(({ endpoint, id }) => `${endpoint} (${id})`).join('; ')}.` : 'There are none.'} A new one needs an https address.`,
    );
  if (!found && (args.delete || args.wake || args.endpoint !== undefined))
    throw new AppError('invalid_parameters', 'webhook: there is none of this address to change.');
  if (found && args.within !== undefined)
    throw new AppError(
      'invalid_parameters',
      'within: ClickUp cannot change where a webhook listens: make another one.',
    );
  const place = args.within === undefined ? undefined : await naming('within', () => directory.place(args.within!));
  const plan: Plan = {
    team_id,
    ...(found && { found }),
    place: place ? { [`${place.kind}_id`]: Number(place.id) } : {},
    where: place?.path ?? 'the whole Workspace',
  };
  await judge(args, plan, context);
  return plan;
}

const changed = ({ endpoint, events, wake }: Args, found: Webhook) => ({
  endpoint: endpoint ?? found.endpoint,
  // One text, unlike on creation.
  events: (events ?? found.events).join(','),
  status: wake ? 'active' : found.health.status,
});
const made = ({ webhook, events = ['*'] }: Args, { place }: Plan) => ({ endpoint: webhook, events, ...place });

async function judge(args: Args, plan: Plan, { clickup }: ToolContext): Promise<void> {
  const { found, team_id } = plan;
  if (!found) return clickup.judge(CreateWebhook, [{ path: { team_id }, body: made(args, plan) }]);
  const path = { webhook_id: found.id };
  if (args.delete) return clickup.judge(DeleteWebhook, [{ path }]);
  return clickup.judge(UpdateWebhook, [{ path, body: changed(args, found) }]);
}

function todo(args: Args, { found, where }: Plan): string[] {
  const events = args.events?.join(', ') ?? 'all events';
  if (!found) return [`send ${events} of ${where} to ${args.webhook}`];
  if (args.delete) return [`delete the webhook to ${found.endpoint}`];
  return [
    ...(args.endpoint !== undefined && args.endpoint !== found.endpoint ? [`send to ${args.endpoint}`] : []),
    ...(args.events && args.events.join() !== found.events.join() ? [`send ${events}`] : []),
    ...(args.wake && found.health.status !== 'active' ? ['wake it up'] : []),
  ];
}

export const manageWebhook = defineTool({
  name: 'manage_webhook',
  title: 'Manage webhook',
  description:
    'Have ClickUp send events of a place to an address, change or wake such a webhook, or delete it; the signing secret is withheld.',
  toolset: 'webhooks',
  verb: 'update',
  risk: 'admin',
  listed: false,
  covers: [CreateWebhook, DeleteWebhook, UpdateWebhook],
  needs: {
    within: [CreateWebhook],
    events: [[CreateWebhook, UpdateWebhook]],
    endpoint: [UpdateWebhook],
    wake: [UpdateWebhook],
    delete: [DeleteWebhook],
  },
  input: Input,
  output: z.strictObject({
    outcome: z.string(),
    webhook_id: z.string(),
    endpoint: z.string(),
    events: z.string(),
    health: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ outcome, endpoint }) => `${outcome.charAt(0).toUpperCase()}${outcome.slice(1)}: webhook to ${endpoint}`,
  async preview(args, context) {
    const plan = await planOf(args, context);
    const steps = todo(args, plan);
    if (steps.length === 0) return undefined;
    const { found } = plan;
    return {
      summary: `Webhook: ${steps.join('; ')}.`,
      current: found
        ? { endpoint: found.endpoint, events: found.events.join(', '), health: found.health.status }
        : { webhook: 'none to this address' },
      state: JSON.stringify([found?.id, found?.endpoint, found?.events, found?.health.status]),
    };
  },
  async handler(args, context) {
    const { clickup } = context;
    const plan = await planOf(args, context);
    const { found, team_id } = plan;
    if (!found) {
      const { webhook } = await clickup.call(CreateWebhook, { path: { team_id }, body: made(args, plan) });
      return shown('created', webhook);
    }
    if (args.delete) {
      await clickup.call(DeleteWebhook, { path: { webhook_id: found.id } });
      return shown('deleted', found);
    }
    if (todo(args, plan).length === 0) return shown('unchanged', found);
    const body = changed(args, found);
    const { webhook } = await clickup.call(UpdateWebhook, { path: { webhook_id: found.id }, body });
    const applied = [
      wasIs('endpoint', found.endpoint, webhook.endpoint),
      wasIs('events', found.events.join(','), webhook.events.join(',')),
      wasIs('health', found.health.status, webhook.health.status),
    ].filter((line) => line !== undefined);
    const notApplied = [
      { field: 'endpoint', wanted: body.endpoint, is: webhook.endpoint },
      { field: 'events', wanted: body.events, is: webhook.events.join(',') },
      ...(args.wake ? [{ field: 'wake', wanted: 'active', is: webhook.health.status }] : []),
    ].filter(({ wanted, is }) => wanted !== is);
    return {
      ...shown(applied.length ? 'changed' : 'unchanged', webhook),
      ...(applied.length > 0 && { applied }),
      ...(notApplied.length > 0 && { not_applied: notApplied }),
    };
  },
});

const shown = (outcome: string, { id, endpoint, events, health }: Webhook) => ({
  outcome,
  webhook_id: id,
  endpoint,
  events: events.join(', '),
  health: health.status,
});
