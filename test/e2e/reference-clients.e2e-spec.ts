import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';

/** The API reference's own TypeScript client does this and nothing more: no handshake, no Accept, the body parsed as JSON. */
class ReferenceClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  async callTool(name: string, args: object): Promise<any> {
    const data = await this.post({
      jsonrpc: '2.0',
      id: Date.now(),
      method: 'tools/call',
      params: { name, arguments: args },
    });
    if (data.error) throw new Error(`Tool error: ${data.error.message}`);
    return data.result;
  }

  async listTools(): Promise<any[]> {
    return (await this.post({ jsonrpc: '2.0', id: Date.now(), method: 'tools/list' })).result.tools;
  }

  private async post(body: object): Promise<any> {
    const response = await fetch(`${this.baseUrl}/mcp`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${response.statusText}`);
    return response.json();
  }
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('the reference client lists tools and creates a task', async () => {
  const client = new ReferenceClient(app.url, WRITE_KEY);
  expect((await client.listTools()).map(({ name }) => name)).toContain('create_task');
  const result = await client.callTool('create_task', { list_id: '90144360426', name: 'Implement OAuth', priority: 1 });
  expect(result).toMatchObject({
    isError: false,
    content: [{ type: 'text', text: expect.stringMatching(/^✅ Task created successfully\n\nID: /) }],
  });
  expect(await client.callTool('get_workspace_hierarchy', { team_id: '12345' })).toMatchObject({ isError: false });
});

test('what ClickUp leaves of its budget is passed on', async () => {
  const response = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { 'X-API-Key': WRITE_KEY, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'get_task', arguments: { task_id: 'ENG-123' } },
    }),
  });
  for (const name of ['limit', 'remaining', 'reset'])
    expect(Number(response.headers.get(`ratelimit-${name}`))).toBeGreaterThanOrEqual(0);
  expect(Number(response.headers.get('ratelimit-reset'))).toBeLessThanOrEqual(90);
});
