import { Wire } from '../../../test/support/wire.js';
import { type RunningSandbox, startSandbox } from './index.js';

let sandbox: RunningSandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ tasks: 0 });
});
afterEach(() => sandbox.close());

const ask = (wire: Wire) => wire.send('GET /api/v2/user').answer();
const order = (settings: object) =>
  fetch(`${sandbox.url}/__sandbox/config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });

describe('an idle connection', () => {
  test('is kept, and the time announced, unless ordered otherwise', async () => {
    const wire = await Wire.to(sandbox.url);
    await ask(wire);
    expect(wire.header('keep-alive')).toBe('timeout=72');
    await ask(wire.forget());
    expect(wire.ended).toBe('open');
    wire.leave();
  });

  test('is closed by the server after the time that was ordered, unannounced', async () => {
    await order({ keepAlive: { idleMs: 30 } });
    const wire = await Wire.to(sandbox.url);
    await ask(wire);
    expect(wire.header('keep-alive')).toBe('');
    expect(await wire.end()).toBe('closed');
  });

  test('is not idle while a request is under way', async () => {
    sandbox.configure({ keepAlive: { idleMs: 500 } });
    const wire = await Wire.to(sandbox.url);
    await ask(wire);
    sandbox.configure({ latencyMs: 1_000 });
    wire.forget();
    await Promise.race([ask(wire), wire.end()]);
    expect(wire.head).toContain('200 OK');
    expect(await wire.end()).toBe('closed');
  });

  test('may be promised another time than it gets', async () => {
    sandbox.configure({ keepAlive: { idleMs: 30, announcedSeconds: 60 } });
    const wire = await Wire.to(sandbox.url);
    await ask(wire);
    expect([wire.header('keep-alive'), await wire.end()]).toEqual(['timeout=60', 'closed']);
    sandbox.reset();
    const after = await Wire.to(sandbox.url);
    await ask(after);
    expect(after.header('keep-alive')).toBe('timeout=72');
    after.leave();
  });
});

describe('the service', () => {
  test.each([
    ['refuse', 'refused'],
    ['reset', 'reset'],
  ] as const)('is away (%s) and comes back on the same port', async (how, seen) => {
    const kept = await Wire.to(sandbox.url);
    await ask(kept);
    await sandbox.down(how);
    expect(await kept.end()).toBe('closed');
    const knocking = await Wire.to(sandbox.url);
    expect(await knocking.end()).toBe(seen);
    await sandbox.up();
    const wire = await Wire.to(sandbox.url);
    expect((await ask(wire)).head).toContain('200 OK');
    wire.leave();
  });

  test('is away (silent): connections come about, and nothing is said', async () => {
    await sandbox.down('silent');
    const wire = await Wire.to(sandbox.url);
    wire.send('GET /api/v2/user');
    const other = await Wire.to(sandbox.url);
    expect([wire.ended, wire.bytes.length, other.ended]).toEqual(['open', 0, 'open']);
    await sandbox.up();
    expect(['closed', 'reset']).toContain(await wire.end());
    expect(wire.bytes.length).toBe(0);
    expect(sandbox.requests()).toEqual([]);
    other.leave();
  });

  test('cuts what is under way: the write was done, its answer is lost', async () => {
    sandbox.configure({ faults: [{ kind: 'hang', done: true }] });
    const wire = await Wire.to(sandbox.url);
    wire.send('POST /api/v2/team/12345/space', { body: { name: 'lost #m:1' } });
    while (sandbox.stats().requests === 0) await new Promise((resolve) => setImmediate(resolve));
    const { effects } = sandbox.writes();
    await sandbox.down();
    expect([await wire.end(), wire.bytes.length]).toEqual(['closed', 0]);
    expect([effects, sandbox.writes().markers['1']?.answered]).toEqual([1, 0]);
  });

  test('comes back by itself after the time that was ordered, and answers the order first', async () => {
    expect((await order({ down: { forMs: 50 } })).status).toBe(200);
    let refused = 0;
    for (;;) {
      const wire = await Wire.to(sandbox.url);
      if (wire.ended === 'refused') refused++;
      wire.leave();
      if (wire.ended === 'open' && refused > 0) break;
    }
    const wire = await Wire.to(sandbox.url);
    expect((await ask(wire)).head).toContain('200 OK');
    wire.leave();
  });

  test.each(['refuse', 'reset', 'silent'] as const)('can be closed while it is away (%s)', async (how) => {
    const other = await startSandbox({ tasks: 0 });
    other.configure({ down: { forMs: 3_600_000, how } });
    await other.close();
    await other.up();
    expect(await (await Wire.to(other.url)).end()).toBe('refused');
  });
});

describe('the clock of ClickUp', () => {
  const NOW = 1_780_000_000_000;
  let skewed: RunningSandbox;
  beforeEach(async () => {
    skewed = await startSandbox({ tasks: 0, now: () => NOW });
  });
  afterEach(() => skewed.close());
  const user = async () => {
    const wire = await Wire.to(skewed.url);
    await ask(wire);
    wire.leave();
    return wire;
  };
  const date = (wire: Wire) => Date.parse(wire.header('date') ?? '');

  test.each([600_000, -600_000])('%i ms ahead: header, resets and dates of objects follow it', async (offsetMs) => {
    skewed.configure({ rateLimit: 100, clock: { offsetMs } });
    const wire = await user();
    expect([date(wire), Number(wire.header('x-ratelimit-reset'))]).toEqual([
      NOW + offsetMs,
      (NOW + offsetMs + 60_000) / 1000,
    ]);
    const made = await Wire.to(skewed.url);
    await made.send('POST /api/v2/list/90144360426/task', { body: { name: 'x' } }).answer();
    expect(JSON.parse(made.body.toString())).toMatchObject({ date_created: String(NOW + offsetMs) });
    made.leave();
    skewed.configure({ clock: null });
    // The window of the limit has not been left by the jump.
    const back = await user();
    expect(back.header('x-ratelimit-remaining')).toBe('97');
  });

  test('the header alone, or no header', async () => {
    skewed.configure({ clock: { dateOffsetMs: -600_000 } });
    expect(date(await user())).toBe(NOW - 600_000);
    skewed.configure({ clock: { date: 'missing' } });
    expect((await user()).header('date')).toBeUndefined();
  });
});
