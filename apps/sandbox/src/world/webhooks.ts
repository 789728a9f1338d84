import { createHash } from 'node:crypto';
import { type User, type Workspace } from './types.js';

/** Ids of the places it listens to; of several the narrowest counts. */
export type Scope = Partial<Record<'task' | 'list' | 'folder' | 'space', string>>;

export interface Webhook {
  id: string;
  user: User;
  workspace: Workspace;
  endpoint: string;
  /** Names, or `*` alone. */
  events: string[];
  scope: Scope;
  status: 'active' | 'failing' | 'suspended';
  /** Events in a row that could not be delivered. */
  failCount: number;
  secret: string;
}

/** The webhooks of all people. */
export class Webhooks {
  readonly byId = new Map<string, Webhook>();
  private made = 0;

  add(rest: Pick<Webhook, 'user' | 'workspace' | 'endpoint' | 'events' | 'scope'>): Webhook {
    const id = `00000000-0000-4000-8000-${String(++this.made).padStart(12, '0')}`;
    const secret = createHash('sha512').update(`webhook ${id}`).digest('hex').slice(0, 64).toUpperCase();
    const webhook: Webhook = { ...rest, id, status: 'active', failCount: 0, secret };
    this.byId.set(id, webhook);
    return webhook;
  }

  of(user: User, workspace: Workspace): Webhook[] {
    return [...this.byId.values()].filter((webhook) => webhook.user === user && webhook.workspace === workspace);
  }
}
