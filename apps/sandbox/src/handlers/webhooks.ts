import { type Call, type Handler } from '../call.js';
import { EVENTS } from '../events/names.js';
import { textsIn } from '../fields.js';
import { refuse } from '../refusal.js';
import { webhookWire } from '../wire/webhook.js';
import { type Scope, type Webhook } from '../world/webhooks.js';
import { type Workspace } from '../world/types.js';

/** The webhooks that the caller has made; those of others are not listed. */
export const GetWebhooks: Handler = ({ world, access, user, path }) => ({
  webhooks: world.webhooks.of(user, access.workspace(path.team_id)).map(webhookWire),
});

export const CreateWebhook: Handler = (call) => {
  const { world, access, user, path, body } = call;
  const workspace = access.workspace(path.team_id);
  access.mayBuild(workspace);
  const wanted = {
    user,
    workspace,
    endpoint: endpointOf(body.endpoint),
    events: eventsOf(body.events),
    scope: scopeOf(call, workspace),
  };
  if (world.webhooks.of(user, workspace).some((webhook) => sameAs(webhook, wanted))) throw refuse.webhookExists();
  const webhook = world.webhooks.add(wanted);
  return { id: webhook.id, webhook: webhookWire(webhook) };
};

/** The status `active` ends a suspension and forgets the failures. */
export const UpdateWebhook: Handler = (call) => {
  const { body } = call;
  const webhook = webhookOf(call);
  const endpoint = body.endpoint === undefined ? webhook.endpoint : endpointOf(body.endpoint);
  const events = body.events === undefined ? webhook.events : eventsOf(body.events);
  Object.assign(webhook, { endpoint, events, ...(body.status === 'active' ? { status: 'active', failCount: 0 } : {}) });
  return { id: webhook.id, webhook: webhookWire(webhook) };
};

export const DeleteWebhook: Handler = (call) => {
  call.world.webhooks.byId.delete(webhookOf(call).id);
  return {};
};

function webhookOf({ world, user, path }: Call): Webhook {
  const webhook = world.webhooks.byId.get(path.webhook_id ?? '');
  if (!webhook || webhook.user !== user) throw refuse.webhookUnknown();
  return webhook;
}

function endpointOf(value: unknown): string {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) throw refuse.endpointInvalid();
  return value;
}

/** An array on creation, one text on update; both are understood everywhere. */
function eventsOf(value: unknown): string[] {
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : textsIn(value);
  if (names.includes('*')) return ['*'];
  if (names.length === 0 || names.some((name) => !EVENTS.includes(name))) throw refuse.eventInvalid();
  return [...new Set(names)];
}

function scopeOf({ access, body }: Call, workspace: Workspace): Scope {
  const id = (name: string) =>
    typeof body[name] === 'number' || typeof body[name] === 'string' ? String(body[name]) : undefined;
  const task = id('task_id') === undefined ? undefined : access.task(id('task_id'));
  const list = id('list_id') === undefined ? undefined : access.list(id('list_id'));
  const folder = id('folder_id') === undefined ? undefined : access.folder(id('folder_id'));
  const space = id('space_id') === undefined ? undefined : access.space(id('space_id'));
  const spaces = [task?.list.folder.space, list?.folder.space, folder?.space, space];
  if (spaces.some((found) => found && found.workspace !== workspace)) throw refuse.notAuthorized();
  return { task: task?.id, list: list?.id, folder: folder?.id, space: space?.id };
}

const sameAs = (
  a: Pick<Webhook, 'endpoint' | 'events' | 'scope'>,
  b: Pick<Webhook, 'endpoint' | 'events' | 'scope'>,
): boolean => JSON.stringify([a.endpoint, a.events, a.scope]) === JSON.stringify([b.endpoint, b.events, b.scope]);
