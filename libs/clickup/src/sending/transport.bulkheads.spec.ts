import { bench, closeBenches } from '../../../../test/support/clickup-transport.js';
import { type Behaviour, delayed, hang, huge, json, text } from '../../../../test/support/misbehaving-server.js';
import { credential } from './credential.js';
import { CreateTaskAttachment, GetAuthorizedUser } from '../operations/index.js';

afterEach(closeBenches);

const user = { user: { id: 1, username: 'Ann', email: 'ann@example.com', week_start_day: 0, timezone: 'UTC' } };
/** As large as a page of many tasks; an answer is told its length or not. */
const large = (bytes: number, told: boolean): Behaviour => {
  const body = JSON.stringify({ ...user, more: Array.from({ length: 50 }, () => 'x'.repeat(bytes / 50)) });
  return text(body, 200, { 'content-type': 'application/json', ...(told && { 'content-length': `${body.length}` }) });
};
type Client = Awaited<ReturnType<typeof bench>>['client'];
const ask = (client: Client, token: string) =>
  client({ credential: credential(token), deadline: performance.now() + 60_000 })
    .call(GetAuthorizedUser, {})
    .then(
      () => 'success',
      (error: { code: string; details: { retry_after_seconds?: number } }) =>
        `${error.code} ${error.details.retry_after_seconds}`,
    );
const MB = 1_000_000;

test('beside thirty tenants whose calls hang everybody else is answered', async () => {
  const { client, server, transport } = await bench(
    [
      (request, response) =>
        (request.headers.authorization?.startsWith('pk_slow') ? hang : json(user))(request, response),
    ],
    { timeoutMs: 60_000 },
  );
  const slow = Array.from({ length: 30 }, (_, index) => index).flatMap((tenant) =>
    Array.from({ length: 10 }, () => ask(client, `pk_slow_${tenant}`)),
  );
  await server.until(() => transport.slots.inUse >= 150);
  const others = await Promise.all(
    Array.from({ length: 20 }, (_, tenant) => Array.from({ length: 10 }, () => ask(client, `pk_${tenant}`))).flat(),
  );
  expect(others.filter((outcome) => outcome !== 'success')).toEqual([]);
  await transport.close();
  await Promise.all(slow);
});

describe.each([
  ['whose length is told', true],
  ['whose length is not told', false],
])('large answers %s', (_, told) => {
  test('never take more memory than they may: what does not fit waits', async () => {
    const { client, transport } = await bench([large(4 * MB, told)], {
      maxBytes: 5 * MB,
      bytes: { all: 60 * MB, perToken: 35 * MB },
      timeoutMs: 60_000,
    });
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, (_, tenant) => Array.from({ length: 4 }, () => ask(client, `pk_${tenant}`))).flat(),
    );
    expect(outcomes.filter((outcome) => outcome !== 'success' && outcome !== 'unavailable 5')).toEqual([]);
    if (told) expect(new Set(outcomes)).toEqual(new Set(['success']));
    expect(outcomes).toContain('success');
    expect(transport.bytes.peak).toBeGreaterThan(20 * MB);
    expect(transport.bytes.peak).toBeLessThanOrEqual(60 * MB);
    expect(transport.bytes.inUse).toBe(0);
  });
});

test('files that are sent take their part of that memory: those that do not fit wait, all arrive once, and a small request passes them', async () => {
  let [open, most] = [0, 0];
  const answers: Behaviour = async (request, response) => {
    if (request.method === 'GET') return json(user)(request, response);
    most = Math.max(most, (open += 1));
    await delayed(50, json({ id: 'file' }))(request, response);
    open -= 1;
  };
  const { client, server, transport } = await bench([answers], {
    bytes: { all: 10 * MB, perToken: 10 * MB },
    timeoutMs: 60_000,
  });
  const content = Buffer.alloc(3 * MB, 'x').toString('base64');
  const send = (name: string) =>
    client().call(CreateTaskAttachment, {
      path: { task_id: '9hz' },
      body: { attachment: [{ filename: name, content }] },
    });
  const holder = transport.bytes.account('somebody');
  holder.raise(10 * MB);
  const sent = Array.from({ length: 6 }, (_, index) => send(`${index}.bin`));
  for (let small = 0; small < 10; small += 1) expect(await ask(client, 'pk_small')).toBe('success');
  expect(server.received).toHaveLength(10);
  holder.release();
  await Promise.all(sent);
  expect(most).toBeLessThanOrEqual(3);
  expect(server.received).toHaveLength(16);
  expect(transport.bytes.peak).toBeLessThanOrEqual(10 * MB);
  expect(transport.bytes.inUse).toBe(0);
});

test('what finds no room in time is refused, with a time to try again', async () => {
  const { client, transport } = await bench([large(1 * MB, true)], {
    maxBytes: 2 * MB,
    bytes: { all: 8 * MB, perToken: 8 * MB },
    timeoutMs: 300,
  });
  const holder = transport.bytes.account('somebody');
  holder.raise(8 * MB);
  expect(await ask(client, 'pk_one')).toBe('unavailable 5');
  holder.release();
  expect([await ask(client, 'pk_one'), transport.bytes.inUse]).toEqual(['success', 0]);
});

test('an answer that is long and no JSON is refused like any other', async () => {
  const { client } = await bench([huge(1 * MB, true)], { maxBytes: 2 * MB });
  expect(await ask(client, 'pk_one')).toBe('clickup_api_error undefined');
  const broken = await bench([text(`{"user":${'['.repeat(300_000)}`, 200)], { maxBytes: 2 * MB });
  expect(await ask(broken.client, 'pk_one')).toMatch(/^clickup_api_error/);
});
