import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { Nothing, Webhook } from '../entities/index.js';

const WebhookAnswer = z.strictObject({ id: z.string(), webhook: Webhook });

interface Scope {
  space_id?: number;
  folder_id?: number;
  list_id?: number;
  task_id?: string;
}

/** A webhook sends events out of the Workspace, so each place that it listens to is judged. */
const scope = ({ body }: { body: Scope }): Target[] => [
  ...(body.space_id === undefined ? [] : [{ kind: 'space', id: String(body.space_id) } as const]),
  ...(body.folder_id === undefined ? [] : [{ kind: 'folder', id: String(body.folder_id) } as const]),
  ...(body.list_id === undefined ? [] : [{ kind: 'list', id: String(body.list_id) } as const]),
  ...(body.task_id === undefined ? [] : [{ kind: 'task', id: body.task_id } as const]),
];

export const GetWebhooks = operation({
  id: 'GetWebhooks',
  method: 'GET',
  path: '/api/v2/team/{team_id}/webhook',
  verb: 'list',
  risk: 'admin',
  toolset: 'webhooks',
  summary: 'The webhooks that this credential made in a Workspace, with their health; signing secrets are withheld.',
  response: z.strictObject({ webhooks: z.array(Webhook) }),
});

export const CreateWebhook = operation({
  id: 'CreateWebhook',
  method: 'POST',
  path: '/api/v2/team/{team_id}/webhook',
  verb: 'create',
  risk: 'admin',
  toolset: 'webhooks',
  summary:
    'Has ClickUp send events of a Workspace, Space, Folder, List or task to an address; the signing secret is withheld.',
  body: z.strictObject({
    endpoint: z.string(),
    /** Names of events, or `*` for all. */
    events: z.array(z.string()),
    space_id: z.int().optional(),
    folder_id: z.int().optional(),
    list_id: z.int().optional(),
    task_id: z.string().optional(),
  }),
  response: WebhookAnswer,
  targets: scope,
  changesDirectory: 'webhook',
});

export const UpdateWebhook = operation({
  id: 'UpdateWebhook',
  method: 'PUT',
  path: '/api/v2/webhook/{webhook_id}',
  verb: 'update',
  risk: 'admin',
  toolset: 'webhooks',
  summary: 'Changes where a webhook sends, which events it sends, or wakes it up when it was suspended.',
  body: z.strictObject({
    endpoint: z.string(),
    /** One text, unlike on creation: `*` for all events. */
    events: z.string(),
    /** `active` wakes a suspended one up. */
    status: z.string(),
  }),
  response: WebhookAnswer,
  changesDirectory: 'webhook',
});

export const DeleteWebhook = operation({
  id: 'DeleteWebhook',
  method: 'DELETE',
  path: '/api/v2/webhook/{webhook_id}',
  verb: 'delete',
  risk: 'admin',
  toolset: 'webhooks',
  summary: 'Deletes a webhook; nothing is sent to its address any more.',
  response: Nothing,
  changesDirectory: 'webhook',
});
