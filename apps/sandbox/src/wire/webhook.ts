import { type Webhook } from '../world/webhooks.js';

export const webhookWire = ({ id, user, workspace, endpoint, events, scope, status, failCount, secret }: Webhook) => ({
  id,
  userid: user.id,
  team_id: Number(workspace.id),
  endpoint,
  client_id: 'SANDBOX0CLIENT0ID',
  events,
  task_id: scope.task ?? null,
  list_id: scope.list ?? null,
  folder_id: scope.folder ?? null,
  space_id: scope.space ?? null,
  health: { status, fail_count: failCount },
  secret,
});
