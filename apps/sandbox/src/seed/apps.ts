import { type World } from '../world/world.js';

/** What connects the first Workspace with other programs: a webhook of the owner, and a sign-in whose code nobody has fetched yet. */
export function seedApps(world: World): void {
  const acme = world.workspace('12345');
  const [owner] = acme.members.keys();
  const support = acme.spaces.find(({ name }) => name === 'Support');
  if (!owner || !support) return;
  world.webhooks.add({
    user: owner,
    workspace: acme,
    endpoint: 'https://hooks.acme.example/clickup',
    events: ['taskCreated', 'taskStatusUpdated'],
    scope: { space: support.id },
  });
  world.oauth.agree({ user: owner, workspaces: new Set([acme.id]) }, world.now());
}
