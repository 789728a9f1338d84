// The floor: a bare Fastify handler that does the same work with nothing around it. What does not depend on the call is a prepared string;
// tools/call asks the upstream once (for a write: reads and writes), parses the answer and frames it.
import { fastify } from 'fastify';
import { Pool } from 'undici';

const upstream = new Pool(process.env.UPSTREAM ?? '', { connections: 32, pipelining: 1 });
const list = process.env.TOOLS_LIST ?? '[]';
const app = fastify();

interface Rpc {
  id: number;
  method: string;
  params?: { arguments?: { task_id?: string; priority?: string } };
}

interface Task {
  id: string;
  name: string;
  url: string;
  status: { status: string };
}

const PREPARED: Readonly<Record<string, string>> = {
  'tools/list': `{"tools":${list}}`,
  initialize: JSON.stringify({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'floor', version: '1' },
    instructions: 'x'.repeat(700),
  }),
  ping: '{}',
};
const PRIORITIES: Readonly<Record<string, number>> = { high: 2, low: 4 };

app.get('/health', () => ({ status: 'ok' }));
app.post<{ Body: Rpc | Rpc[] }>('/mcp', async ({ body }, reply) => {
  const { id, method, params } = Array.isArray(body) ? body[0]! : body;
  void reply.type('application/json');
  const prepared = PREPARED[method];
  if (prepared) return `{"jsonrpc":"2.0","id":${id},"result":${prepared}}`;
  const { task_id: taskId, priority } = params?.arguments ?? {};
  let task = await ask('GET', `/api/v2/task/${taskId}?include_markdown_description=true`);
  if (priority) task = await ask('PUT', `/api/v2/task/${taskId}`, JSON.stringify({ priority: PRIORITIES[priority] }));
  const structuredContent = { id: task.id, name: task.name, status: task.status.status, url: task.url };
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    result: { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent, isError: false },
  });
});

async function ask(method: 'GET' | 'PUT', path: string, body?: string): Promise<Task> {
  const answer = await upstream.request({
    method,
    path,
    headers: { authorization: 'pk_sandbox_owner', ...(body && { 'content-type': 'application/json' }) },
    body,
  });
  return (await answer.body.json()) as Task;
}

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
