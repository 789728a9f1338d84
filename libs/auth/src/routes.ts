/** What is demanded of a request before anything else looks at it. */
export interface RoutePolicy {
  /** Whose credential is needed. */
  auth: 'public' | 'caller';
  /** Whether a browser of another origin may send it: `listed` refuses an Origin that is not on the list (MCP 2026-07-28, T2). */
  origin: 'listed' | 'any';
  /** Largest body in bytes; `mcp` = MCP_BODY_LIMIT_BYTES. */
  bodyLimit: number | 'mcp';
}

const probe: RoutePolicy = { auth: 'public', origin: 'any', bodyLimit: 0 };
const mcp: RoutePolicy = { auth: 'caller', origin: 'listed', bodyLimit: 'mcp' };

/**
 * Every route of the gateway. The server does not start when a route lacks its row (SEC-D10): access is decided here,
 * on the matched route, never by comparing paths.
 */
export const ROUTES: Readonly<Record<string, RoutePolicy>> = {
  'GET /health': probe,
  'GET /healthz': probe,
  'GET /health/live': probe,
  'GET /health/ready': probe,
  'GET /': probe,
  'POST /mcp': mcp,
  'GET /mcp': mcp,
  'DELETE /mcp': mcp,
  'PUT /mcp': mcp,
  'PATCH /mcp': mcp,
};

/** The row of a route; HEAD asks for what GET would give. */
export const routePolicy = (method: string, url: string): RoutePolicy | undefined => ROUTES[`${method === 'HEAD' ? 'GET' : method} ${url}`];
