import { KEY } from './bench-gateway.js';

/** One kind of request whose price is compared. */
export interface Case {
  name: string;
  /** Sent by each of the connections, one after another, as they stand in turn. */
  bodies: readonly string[];
  headers: Record<string, string>;
  /** Requests of a round. */
  requests: number;
  /** CPU of a call to that of the floor, at most. */
  target: number;
  /** Behind this gateway writes are allowed in some Spaces only. */
  selective?: true;
}

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
};
const CLIENT = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };

/** What hosts send. @param taskIds of tasks that may be changed; more than there are connections, because equal reads at one time share a request */
export function casesFor(taskIds: readonly string[]): readonly Case[] {
  const reads = taskIds.map((id) => ({ name: 'get_task', arguments: { task_id: id } }));
  // A change to what is so already would send nothing.
  const writes = ['high', 'low'].flatMap((priority) =>
    taskIds.map((id) => ({ name: 'update_task', arguments: { task_id: id, priority } })),
  );
  return [
    { name: 'tools/call', ...modern('tools/call', ...reads), requests: 2000, target: 2.0 },
    {
      name: 'tools/call, selective write',
      ...legacy('tools/call', ...writes),
      requests: 1200,
      target: 2.0,
      selective: true,
    },
    {
      name: 'tools/call with progressToken',
      ...legacy('tools/call', ...reads.map((read) => ({ ...read, _meta: { progressToken: 7 } }))),
      requests: 2000,
      target: 2.3,
    },
    { name: 'tools/call, batch of one', ...batchOfOne('tools/call', reads), requests: 2000, target: 2.3 },
    { name: 'tools/list', ...modern('tools/list'), requests: 3000, target: 2.0 },
    { name: 'initialize', ...legacy('initialize', CLIENT), requests: 3000, target: 4 },
    { name: 'ping', ...legacy('ping'), requests: 3000, target: 4 },
  ];
}

const HEADERS = {
  authorization: `Bearer ${KEY}`,
  'content-type': 'application/json',
  // As the SDK's clients say it, on every request.
  accept: 'application/json, text/event-stream',
};

/** As hosts of revision 2026-07-28 send it. */
function modern(method: string, ...params: object[]): Pick<Case, 'bodies' | 'headers'> {
  const called: Record<string, string> = method === 'tools/call' ? { 'mcp-name': 'get_task' } : {};
  return {
    headers: { ...HEADERS, 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...called },
    bodies: messages(
      method,
      params.length === 0 ? [{ _meta: MODERN }] : params.map((each) => ({ ...each, _meta: MODERN })),
    ),
  };
}

/** As hosts of the older revisions do. */
function legacy(method: string, ...params: object[]): Pick<Case, 'bodies' | 'headers'> {
  return { headers: { ...HEADERS, 'mcp-protocol-version': '2025-06-18' }, bodies: messages(method, params) };
}

function batchOfOne(method: string, params: readonly object[]): Pick<Case, 'bodies' | 'headers'> {
  const bodies = messages(method, params).map((message) => `[${message}]`);
  return { headers: { ...HEADERS, 'mcp-protocol-version': '2025-03-26' }, bodies };
}

const messages = (method: string, params: readonly object[]): string[] =>
  (params.length === 0 ? [undefined] : params).map((each) =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: each }),
  );
