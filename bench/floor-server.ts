// The floor: a bare Fastify handler that does the same work with nothing around it. tools/list sends a prepared string;
// tools/call asks the upstream once, parses the answer and frames it.
import { fastify } from 'fastify';
import { Pool } from 'undici';

const upstream = new Pool(process.env.UPSTREAM ?? '', { connections: 16, pipelining: 1 });
const list = process.env.TOOLS_LIST ?? '[]';
const app = fastify();

interface Rpc {
  id: number;
  method: string;
  params?: { arguments?: { task_id?: string } };
}

app.get('/health', () => ({ status: 'ok' }));
app.post<{ Body: Rpc }>('/mcp', async ({ body: { id, method, params } }, reply) => {
  void reply.type('application/json');
  if (method === 'tools/list') return `{"jsonrpc":"2.0","id":${id},"result":{"tools":${list}}}`;
  const answer = await upstream.request({
    method: 'GET',
    path: `/api/v2/task/${params?.arguments?.task_id}?include_markdown_description=true`,
    headers: { authorization: 'pk_sandbox_owner' },
  });
  const task = (await answer.body.json()) as { id: string; name: string; url: string; status: { status: string } };
  const structuredContent = { id: task.id, name: task.name, status: task.status.status, url: task.url };
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    result: { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent, isError: false },
  });
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
