import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS } from '../support/clients.js';

const TEAM = '/api/v2/team/12345';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function clickup<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${app.sandbox.url}${path}`, {
    method,
    headers: { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

test('"everyone" is everyone, also in a Workspace of more people than ClickUp takes in one request', async () => {
  for (let index = 0; index < 120; index++)
    await clickup('POST', `${TEAM}/user`, { email: `new${index}@acme.example`, admin: false });
  const { teams } = await clickup<{ teams: { id: string; members: { user: { id: number; email: string } }[] }[] }>(
    'GET',
    '/api/v2/team',
  );
  const { members = [] } = teams.find(({ id }) => id === '12345') ?? {};
  expect(members.length).toBeGreaterThan(100);
  const last = members.find(({ user }) => user.email === 'new119@acme.example')!;
  await clickup('POST', `${TEAM}/time_entries`, {
    start: Date.now() - 60_000,
    duration: 30_000,
    description: 'of the last one',
    assignee: last.user.id,
  });

  const [, connect] = CLIENTS[0]!;
  const client = await connect(app.url, WRITE_KEY);
  const texts: string[] = [];
  let cursor: string | undefined;
  do {
    const { isError, text, structured } = await client.call('list_time_entries', {
      assignees: ['everyone'],
      range: 'today',
      ...(cursor && { cursor }),
    });
    expect(isError).toBe(false);
    texts.push(text);
    cursor = structured.next_cursor as string | undefined;
  } while (cursor);
  expect(texts.join('\n')).toContain('of the last one');
  await client.close();
});
