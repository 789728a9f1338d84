import { type FastifyInstance } from 'fastify';
import { Query } from './query.js';
import { refuse } from './refusal.js';
import { type Sandbox } from './sandbox.js';
import { type User } from './world/types.js';
import { type World } from './world/world.js';

const HIDDEN = ['client_id', 'redirect_uri', 'state'] as const;
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Stands in for ClickUp's sign-in page (`https://app.clickup.com/api`): a person picks who they are and which Workspaces the app may reach. There is no password. */
export function authorize(app: FastifyInstance, sandbox: Sandbox): void {
  app.get('/api', (request, reply) => {
    const query = new Query(request.query as Record<string, string | string[]>);
    sandbox.world.oauth.checkRequest(query.text('client_id'), query.text('redirect_uri'));
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page(sandbox, query));
  });
  app.post('/api', (request, reply) => {
    const { world, now } = sandbox;
    const form = new Query(
      typeof request.body === 'object' && request.body !== null
        ? (request.body as Record<string, string | string[]>)
        : {},
    );
    const target = world.oauth.checkRequest(form.text('client_id'), form.text('redirect_uri'));
    const user = people(sandbox).find(({ email }) => email === form.text('user'));
    const chosen = form.all(`workspace_${user?.id}`);
    const workspaces = user ? workspacesOf(world, user).filter(({ id }) => chosen.includes(id)) : [];
    if (!user || workspaces.length === 0) throw refuse.nothingChosen();
    target.searchParams.append(
      'code',
      world.oauth.agree({ user, workspaces: new Set(workspaces.map(({ id }) => id)) }, now),
    );
    const state = form.text('state');
    if (state) target.searchParams.append('state', state);
    return reply.redirect(target.href, 302);
  });
}

const people = ({ holders }: Sandbox): User[] => [...new Set([...holders.values()].map(({ user }) => user))];
const workspacesOf = ({ workspaces }: World, user: User) =>
  [...workspaces.values()].filter(({ members }) => members.has(user));

function page(sandbox: Sandbox, query: Query): string {
  const hidden = HIDDEN.map(
    (name) => `<input type="hidden" name="${name}" value="${escape(query.text(name) ?? '')}">`,
  ).join('');
  const choices = people(sandbox).map((user, index) => {
    const boxes = workspacesOf(sandbox.world, user).map(
      ({ id, name }) =>
        `<label><input type="checkbox" name="workspace_${user.id}" value="${id}" checked> ${escape(name)}</label>`,
    );
    return `<fieldset><legend><label><input type="radio" name="user" value="${escape(user.email)}"${index === 0 ? ' checked' : ''}> ${escape(user.username)}</label></legend>${boxes.join('')}</fieldset>`;
  });
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Connect to ClickUp (sandbox)</title></head><body><h1>Connect to ClickUp (sandbox)</h1>
<p>Who are you, and which Workspaces may the app reach?</p><form method="post" action="/api">${hidden}${choices.join('')}<button type="submit">Connect</button></form></body></html>`;
}
