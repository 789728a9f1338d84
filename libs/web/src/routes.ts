import { type FastifyRequest, type RouteOptions } from 'fastify';
import { type RightName } from './rights.js';

/** What a route demands of a request before any other code sees it, and how its errors are rendered. */
export interface RoutePolicy {
  /**
   * `caller`: only with a gateway credential. `jwt`: only with a JWT that was signed here, live or not, which its controller reads. `admin`: only
   * whoever may administer, with the right in `needs`.
   */
  auth: 'public' | 'caller' | 'jwt' | 'admin';
  /** The right that the route needs, where `auth` is `admin`. */
  needs?: RightName;
  /** Which browser pages may send it: `any`, those of a `listed` Origin (MCP-T2), or only our `own`. */
  origin: 'any' | 'listed' | 'own';
  /** Which Origins a browser lets read the answer (SEC-D11). */
  cors: 'any' | 'listed' | 'none';
  /** It becomes a WebSocket. An upgrade is let in without a valid credential too: over the socket a client is told what is wrong, or says who it is. */
  socket?: true;
  /** Ceiling per network (/24, /64); names a row of the limits table. */
  limit?: 'register' | 'token' | 'pages' | 'api' | 'refresh';
  /** Counts against no limit of its caller: it is where one goes who has used theirs up. */
  uncounted?: true;
  /** Largest body in bytes; `mcp` = MCP_BODY_LIMIT_BYTES. */
  bodyLimit: number | 'mcp';
  /** Encodings of a body that are read; any other is answered 415. `signed` = JSON that stays as it came, because its bytes are signed. */
  bodies: readonly ('json' | 'form' | 'signed')[];
  /** The path holds a credential: neither browsers nor caches on the way may keep it or pass it on. */
  secretInPath?: true;
  /** A credential that may stand in a URL may come as `?token=`: browsers cannot set headers of streams. */
  queryToken?: true;
  /** A GET uses something up, such as the one time a key is shown; HEAD must not. */
  spends?: true;
  /** Where a browser is led that opens the path without a credential: somebody has typed the address that is meant for clients. */
  browsers?: '/' | '/console/sign-in';
  /** Whether the form carries a CSRF token of this browser. */
  csrf: boolean;
  /** How errors are rendered: REST, RFC 6749 section 5.2, or a page. */
  surface: 'rest' | 'oauth' | 'page';
  /** Of a page that programs ask for too: how its errors are rendered for whoever asks for no HTML; `flat` as S3 shows it. */
  programs?: 'rest' | 'flat';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The row of the route, from the moment it is registered. */
    policy?: RoutePolicy;
  }
}

const probe: RoutePolicy = {
  auth: 'public',
  origin: 'any',
  cors: 'none',
  bodyLimit: 0,
  bodies: [],
  csrf: false,
  surface: 'rest',
};
const oauth: RoutePolicy = {
  auth: 'public',
  origin: 'listed',
  cors: 'listed',
  limit: 'token',
  bodyLimit: 64 << 10,
  bodies: ['form', 'json'],
  csrf: false,
  surface: 'oauth',
};
const metadata: RoutePolicy = { ...probe, cors: 'any', surface: 'oauth' };
const browser: RoutePolicy = { ...probe, limit: 'pages', surface: 'page' };
const once: RoutePolicy = { ...browser, spends: true };
/** Where signing in for a JWT begins and ends: people come, and programs. */
const signIn: RoutePolicy = { ...once, programs: 'rest' };
const mcp: RoutePolicy = {
  auth: 'caller',
  origin: 'listed',
  cors: 'listed',
  bodyLimit: 'mcp',
  bodies: ['json'],
  csrf: false,
  surface: 'rest',
};
const stream: RoutePolicy = { ...mcp, queryToken: true };
const server: RoutePolicy = { ...mcp, secretInPath: true };
/** For programs, not for pages of other Origins. */
const api: RoutePolicy = { ...mcp, cors: 'none', limit: 'api', bodyLimit: 64 << 10 };
/** What administers: `needs` says which right it takes. */
const admin = (needs: RightName): RoutePolicy => ({ ...api, auth: 'admin', needs });
/** Large enough for a form with some thousand places. */
const form: RoutePolicy = { ...browser, origin: 'own', bodyLimit: 256 << 10, bodies: ['form'], csrf: true };
/** A page of the console: whoever is not signed in is led there. */
const consolePage = (needs: RightName): RoutePolicy => ({
  ...browser,
  auth: 'admin',
  needs,
  browsers: '/console/sign-in',
});
const consoleForm = (needs: RightName): RoutePolicy => ({ ...form, auth: 'admin', needs });

/**
 * Every route of the gateway. The server does not start when a route lacks its row (SEC-D10): access is decided here,
 * on the matched route, never by comparing paths.
 */
export const ROUTES: Readonly<Record<string, RoutePolicy>> = {
  'GET /health': probe,
  'GET /healthz': probe,
  'GET /health/live': probe,
  'GET /health/ready': probe,
  // For the operator's collector: its own token, which the controller asks for.
  'GET /metrics': { ...probe, limit: 'api' },
  'POST /mcp': mcp,
  'GET /mcp': { ...mcp, browsers: '/' },
  'DELETE /mcp': mcp,
  'PUT /mcp': mcp,
  'PATCH /mcp': mcp,
  'GET /mcp/ws': { ...mcp, cors: 'none', bodyLimit: 0, bodies: [], queryToken: true, socket: true },
  'POST /mcp/:secret': server,
  'GET /mcp/:secret': { ...server, browsers: '/' },
  'DELETE /mcp/:secret': server,
  'PUT /mcp/:secret': server,
  'PATCH /mcp/:secret': server,
  'GET /mcp/sse': stream,
  'POST /mcp/sse': mcp,
  'POST /mcp/sse/messages': stream,
  'GET /mcp/:secret/sse': server,
  'POST /mcp/:secret/sse': server,
  'POST /mcp/:secret/sse/messages': server,
  'GET /api/v1/connections': api,
  'GET /api/v1/connections/:id/mcp-servers': api,
  'POST /api/v1/connections/:id/mcp-servers': api,
  'POST /integrated-account/:id/mcp': api,
  'GET /api/v1/connections/:id/mcp-servers/:server': api,
  'PATCH /api/v1/connections/:id/mcp-servers/:server': api,
  'DELETE /api/v1/connections/:id/mcp-servers/:server': api,
  'POST /api/v1/connections/:id/mcp-servers/:server/rotate': api,
  'GET /api/openapi.json': { ...probe, limit: 'api' },
  'GET /api/docs': browser,
  'GET /api/v1/audit': admin('audit.read'),
  'GET /api/v1/audit/export': admin('audit.read'),
  'GET /api/v1/audit/heads': admin('audit.read'),
  'GET /api/v1/usage': admin('usage.read'),
  'GET /api/v1/workspaces': admin('workspaces.read'),
  'GET /api/v1/workspaces/:workspace/connections': admin('connections.read'),
  'GET /api/v1/workspaces/:workspace/connections/:id': admin('connections.read'),
  'PATCH /api/v1/workspaces/:workspace/connections/:id': admin('connections.change'),
  'DELETE /api/v1/workspaces/:workspace/connections/:id': admin('connections.change'),
  'POST /api/v1/workspaces/:workspace/connections/:id/check': admin('connections.check'),
  'GET /api/v1/workspaces/:workspace/clients': admin('clients.read'),
  'GET /api/v1/workspaces/:workspace/health': admin('health.read'),
  'GET /api/v1/workspaces/:workspace/grants': admin('grants.read'),
  'GET /api/v1/workspaces/:workspace/grants/:id': admin('grants.read'),
  'DELETE /api/v1/workspaces/:workspace/grants/:id': admin('grants.end'),
  'POST /api/v1/workspaces/:workspace/api-keys': admin('keys.make'),
  'GET /api/v1/workspaces/:workspace/people': admin('people.read'),
  'GET /api/v1/workspaces/:workspace/people/:id': admin('people.read'),
  'POST /api/v1/workspaces/:workspace/people/:id/revoke': admin('people.end'),
  'GET /api/v1/policies/:workspace': admin('policies.read'),
  'PUT /api/v1/policies/:workspace': admin('policies.change'),
  // These two ask, and change nothing.
  'POST /api/v1/policies/explain': admin('policies.read'),
  'POST /api/v1/policies/:workspace/dry-run': admin('policies.read'),
  'GET /api/v1/workspaces/:workspace/approvals': admin('approvals.read'),
  'POST /api/v1/workspaces/:workspace/approvals/:id/approve': admin('approvals.decide'),
  'POST /api/v1/workspaces/:workspace/approvals/:id/refuse': admin('approvals.refuse'),
  'GET /api/v1/kill-switches': admin('policies.read'),
  'POST /api/v1/kill-switches': admin('policies.change'),
  'DELETE /api/v1/kill-switches/:id': admin('policies.change'),
  'GET /.well-known/oauth-authorization-server': metadata,
  'GET /.well-known/openid-configuration': metadata,
  'GET /.well-known/oauth-protected-resource': metadata,
  'GET /.well-known/oauth-protected-resource/mcp': metadata,
  'GET /authorize': browser,
  'GET /authorize/:uid': once,
  'GET /connect': browser,
  'POST /token': oauth,
  'POST /revoke': oauth,
  'POST /register': { ...oauth, limit: 'register', bodyLimit: 16 << 10 },
  'GET /': browser,
  'GET /favicon.ico': { ...browser, limit: undefined },
  'GET /static/:file': { ...browser, limit: undefined },
  'POST /key/credential': form,
  'POST /key/clickup': form,
  'GET /key/access': browser,
  'POST /key/grant': form,
  'GET /key/done': once,
  'POST /key/cancel': form,
  'GET /connect/clickup/callback': once,
  'GET /connect/:uid': browser,
  'POST /connect/:uid/credential': form,
  'POST /connect/:uid/clickup': form,
  'GET /connect/:uid/access': browser,
  'POST /connect/:uid/grant': form,
  'POST /connect/:uid/cancel': form,
  'GET /auth/login': signIn,
  'GET /auth/callback': { ...signIn, programs: 'flat' },
  'POST /auth/refresh': { ...api, auth: 'jwt', limit: 'refresh' },
  'POST /auth/logout': { ...api, auth: 'jwt' },
  // These two are there only where there is billing.
  'POST /stripe/create-checkout': { ...api, uncounted: true, bodyLimit: 8 << 10 },
  'POST /stripe/webhook': { ...probe, bodyLimit: 256 << 10, bodies: ['signed'] },
  'GET /auth/:login': browser,
  'POST /auth/:login/credential': form,
  'POST /auth/:login/clickup': form,
  'GET /auth/:login/access': browser,
  'POST /auth/:login/grant': form,
  'GET /auth/:login/done': signIn,
  'POST /auth/:login/cancel': form,
  'GET /console/sign-in': browser,
  'POST /console/credential': form,
  'POST /console/clickup': form,
  'GET /console/access': once,
  'POST /console/token': form,
  'POST /console/sso': form,
  'GET /console/sso/callback': once,
  'POST /console/sign-out': form,
  'GET /console': consolePage('workspaces.read'),
  'GET /console/:workspace': consolePage('connections.read'),
  'GET /console/:workspace/connections': consolePage('connections.read'),
  'GET /console/:workspace/connections/:id': consolePage('connections.read'),
  'GET /console/:workspace/connections/:id/end': consolePage('connections.change'),
  'POST /console/:workspace/connections/:id/end': consoleForm('connections.change'),
  'GET /console/:workspace/people': consolePage('people.read'),
  'GET /console/:workspace/people/:id': consolePage('people.read'),
  'GET /console/:workspace/people/:id/end': consolePage('people.end'),
  'POST /console/:workspace/people/:id/end': consoleForm('people.end'),
  'GET /console/:workspace/clients': consolePage('clients.read'),
  'GET /console/:workspace/clients/disallow': consolePage('policies.change'),
  'POST /console/:workspace/clients': consoleForm('policies.change'),
  'GET /console/:workspace/switches': consolePage('policies.read'),
  'GET /console/:workspace/switches/off': consolePage('policies.change'),
  'POST /console/:workspace/switches': consoleForm('policies.change'),
  'POST /console/:workspace/switches/:id/on': consoleForm('policies.change'),
  'GET /console/:workspace/approvals': consolePage('approvals.read'),
  'POST /console/:workspace/approvals/:id/refuse': consoleForm('approvals.refuse'),
  'GET /console/:workspace/policy': consolePage('policies.read'),
  'POST /console/:workspace/policy': consoleForm('policies.change'),
  'POST /console/:workspace/policy/try': consoleForm('policies.change'),
  'POST /console/:workspace/policy/explain': consoleForm('policies.read'),
  'GET /console/:workspace/usage': consolePage('usage.read'),
  'GET /console/:workspace/audit': consolePage('audit.read'),
  'GET /console/:workspace/grants': consolePage('grants.read'),
  'GET /console/:workspace/grants/:id/end': consolePage('grants.end'),
  'POST /console/:workspace/grants/:id/end': consoleForm('grants.end'),
  'GET /approvals': browser,
  'POST /approvals/credential': form,
  'POST /approvals/clickup': form,
  'GET /approvals/access': browser,
  'POST /approvals/decide': form,
  'GET /approvals/:id': browser,
  'POST /approvals/:id/credential': form,
  'POST /approvals/:id/clickup': form,
  'GET /approvals/:id/access': browser,
  'GET /sessions': browser,
  'POST /sessions/credential': form,
  'POST /sessions/clickup': form,
  'GET /sessions/access': browser,
  'GET /sessions/end-all': browser,
  'POST /sessions/revoke': form,
  'POST /sessions/urls/begin': form,
  'GET /sessions/urls/access': browser,
  'POST /sessions/urls/grant': form,
  'GET /sessions/urls/done': once,
  'POST /sessions/urls/cancel': form,
  'POST /sessions/urls/:grant/begin': form,
  'GET /sessions/urls/:grant/access': browser,
  'POST /sessions/urls/:grant/rename': form,
  'POST /sessions/urls/:grant/rotate': form,
  'GET /sessions/urls/:grant/done': once,
  'POST /sessions/urls/:grant/cancel': form,
  'POST /sessions/:grant/begin': form,
  'GET /sessions/:grant/access': browser,
  'POST /sessions/:grant/grant': form,
  'POST /sessions/:grant/cancel': form,
};

/** Before a page of another Origin may call a path, its browser asks with OPTIONS (preflight): each path with `cors` has that public route too. */
const PREFLIGHTS: ReadonlyMap<string, RoutePolicy> = new Map(
  Object.entries(ROUTES).flatMap(([route, { cors, secretInPath }]) =>
    cors === 'none' ? [] : [[`OPTIONS ${pathOf(route)}`, { ...probe, cors, secretInPath }]],
  ),
);

/** The row of a route; HEAD has the row of GET. */
const rowOf = (method: string, url: string): RoutePolicy | undefined =>
  ROUTES[`${method === 'HEAD' ? 'GET' : method} ${url}`] ?? PREFLIGHTS.get(`${method} ${url}`);

/**
 * Attaches its row to a route that is being registered; {@link policyOf} reads it from every request of the route.
 * @throws Error for a route without a row, or with methods whose rows differ
 */
export function attachPolicy(route: RouteOptions): RoutePolicy {
  const methods = [route.method].flat();
  const [policy, ...others] = new Set(methods.map((method) => rowOf(method, route.url)));
  if (!policy || others.length)
    throw new Error(`Route ${methods.join(', ')} ${route.url} has no row in libs/web/src/routes.ts`);
  if ((policy.auth === 'admin') !== (policy.needs !== undefined))
    throw new Error(`Route ${route.url}: \`needs\` goes with \`auth: 'admin'\`, and only with it`);
  route.config = { ...route.config, policy };
  return policy;
}

/** The row of the route that a request matched; undefined when it matched none. */
export const policyOf = (request: FastifyRequest): RoutePolicy | undefined => request.routeOptions.config.policy;

/** The paths that pages of other Origins may call, with their methods. */
export function corsPaths(): ReadonlyMap<string, string[]> {
  const methods = (path: string) =>
    Object.keys(ROUTES)
      .filter((route) => pathOf(route) === path)
      .map((route) => route.slice(0, route.indexOf(' ')));
  return new Map([...PREFLIGHTS.keys()].map(pathOf).map((path) => [path, methods(path)]));
}

/**
 * The methods for which the path of a URL has routes; empty when it has none.
 * @param exists whether a route of the table is there: not every server has all of them
 */
export function allowedMethods(url: string, exists: (method: string, path: string) => boolean): string[] {
  const path = url.replace(/\?.*$/s, '').split('/');
  const fits = (template: string[]) =>
    template.length === path.length &&
    template.every((part, index) => (part.startsWith(':') ? path[index] !== '' : part === path[index]));
  return Object.keys(ROUTES).flatMap((route) => {
    const method = route.slice(0, route.indexOf(' '));
    return fits(pathOf(route).split('/')) && exists(method, pathOf(route)) ? [method] : [];
  });
}

function pathOf(route: string): string {
  return route.slice(route.indexOf(' ') + 1);
}
