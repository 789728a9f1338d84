import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string>) => rawRequest(app.url, 'GET', path, headers);

test('the address for clients leads a person to the start page', async () => {
  const answer = await get('/mcp', { Accept: BROWSER });
  expect(answer.status).toBe(303);
  expect(answer.headers.location).toMatch(/^http:\/\/localhost:\d+\/$/);
  expect((await get('/', { Accept: BROWSER })).status).toBe(200);
});

test('clients are answered as before, and so is a wrong credential from a browser', async () => {
  for (const Accept of ['text/event-stream', 'application/json, text/event-stream', '*/*'])
    expect(await get('/mcp', { Accept })).toMatchObject({ status: 401, json: { error: { code: 'unauthorized' } } });
  expect((await get('/mcp', { Accept: BROWSER, Authorization: `Bearer ${WRITE_KEY}` })).status).toBe(405);
  expect((await get('/mcp', { Accept: BROWSER, Authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await rawRequest(app.url, 'POST', '/mcp', { Accept: BROWSER }, '{}')).status).toBe(401);
});

test('the icon is where browsers look for it', async () => {
  const answer = await get('/favicon.ico', {});
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'image/svg+xml' } });
  expect(answer.body).toContain('<svg');
});
