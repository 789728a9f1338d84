import { LOOPBACK_HOSTS } from '#libs/core';
import { createHmac } from 'node:crypto';
import { Access } from '../world/access.js';
import { type Webhook } from '../world/webhooks.js';
import { type World } from '../world/world.js';
import { type At, type Event } from './event.js';

const ATTEMPTS = 5;
const SUSPEND_AT = 100;
const TIMEOUT_MS = 7_000;

/** Sends events to webhooks: in order for each, all of them beside each other, after the answer that caused them or during it. */
export class Deliveries {
  private readonly queues = new WeakMap<Webhook, Promise<void>>();
  private stop = new AbortController();

  /** Whether any webhook wants events. If none does, changes need not be looked for. */
  awaited(world: World): boolean {
    return [...world.webhooks.byId.values()].some(reachable);
  }

  /** Hands events to the webhooks that listen to them. */
  announce(world: World, events: readonly Event[]): void {
    for (const event of events) {
      for (const webhook of world.webhooks.byId.values())
        if (hears(world, webhook, event)) this.enqueue(world, webhook, event);
    }
  }

  /** Gives up what was not sent yet. */
  clear(): void {
    this.stop.abort();
    this.stop = new AbortController();
  }

  private enqueue(world: World, webhook: Webhook, { name, ids, history }: Event): void {
    if (!reachable(webhook)) return;
    const payload = JSON.stringify({
      event: name,
      ...(history ? { history_items: history } : {}),
      ...ids,
      webhook_id: webhook.id,
    });
    const { signal } = this.stop;
    this.queues.set(
      webhook,
      (this.queues.get(webhook) ?? Promise.resolve()).then(() => deliver(world, webhook, payload, signal)),
    );
  }
}

/** The sandbox reaches nothing outside of this machine. */
const reachable = ({ endpoint, status }: Webhook): boolean =>
  status !== 'suspended' && LOOPBACK_HOSTS.includes(new URL(endpoint).hostname);

function hears(world: World, { user, workspace, events, scope }: Webhook, { name, at }: Event): boolean {
  const inScope = scope.task
    ? at.task?.id === scope.task
    : scope.list
      ? at.list?.id === scope.list
      : scope.folder
        ? at.folder?.id === scope.folder
        : !scope.space || at.space?.id === scope.space;
  return (
    at.workspace === workspace &&
    (events.includes('*') || events.includes(name)) &&
    inScope &&
    sees(new Access(world, user, 'read'), at)
  );
}

/** A webhook gets no event about something that its owner may not see. */
function sees(access: Access, { workspace, space, folder, list, task }: At): boolean {
  if (task) return access.seesTask(task);
  if (list) return access.seesList(list);
  if (folder) return access.seesFolder(folder);
  return space ? access.seesSpace(space) : access.role(workspace) !== undefined;
}

/** Five attempts, at once: the real service spreads them out. What fails is never sent again; 100 failures or one 410 end it. */
async function deliver(world: World, webhook: Webhook, payload: string, stop: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (stop.aborted || webhook.status === 'suspended' || !world.webhooks.byId.has(webhook.id)) return;
    const status = await post(webhook, payload, stop);
    if (status >= 200 && status < 300) return void Object.assign(webhook, { status: 'active', failCount: 0 });
    if (status === 410) return void Object.assign(webhook, { status: 'suspended' });
  }
  webhook.failCount++;
  webhook.status = webhook.failCount >= SUSPEND_AT ? 'suspended' : 'failing';
}

/** The status of the answer; 0 for none within 7 seconds. */
async function post({ endpoint, secret }: Webhook, payload: string, stop: AbortSignal): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'x-signature': createHmac('sha256', secret).update(payload).digest('hex'),
  };
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers,
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    // ClickUp counts a refused connection, a reset and a late answer alike: as a failed delivery.
    return 0;
  }
}
