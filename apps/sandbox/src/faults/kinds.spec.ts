import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { Wire } from '../../../../test/support/wire.js';
import { type Fault, type RunningSandbox, startSandbox } from '../index.js';
import { type FLAWS } from './compression.js';
import { type SHAPES } from './shapes.js';
import { RESETS, RETRY_AFTERS } from './throttle.js';

const LIST = '90144360426';
const NOW = 1_780_000_000_000;
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 30, now: () => NOW });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

let wires: Wire[] = [];
afterEach(() => {
  for (const wire of wires) wire.leave();
  wires = [];
});
const wire = async () => {
  const opened = await Wire.to(sandbox.url);
  wires.push(opened);
  return opened;
};
/** Orders the fault for creations and sends one. */
const create = async (fault: Fault) => {
  sandbox.configure({ faults: [{ operation: 'CreateTask', times: 1, ...fault }] });
  return (await wire()).send(`POST /api/v2/list/${LIST}/task`, { body: { name: 'made #m:1' } });
};
/** How often it was done, and whether the answer is said to have been delivered. */
const done = () => {
  const { times = 0, answered = 0 } = sandbox.writes().markers['1'] ?? {};
  return [times, answered];
};
const status = ({ head }: Wire) => Number(head.split(' ')[1]);
const struck = () => sandbox.faults().map((fault) => fault.struck);
afterEach(() => expect(struck()).toEqual([1]));

describe('throttle', () => {
  const told = async (fault: Omit<Fault, 'kind'>) => {
    const answer = await (await create({ kind: 'throttle', ...fault })).answer();
    expect([status(answer), JSON.parse(answer.body.toString()), done()]).toEqual([
      429,
      { err: 'Rate limit reached', ECODE: 'APP_002' },
      [0, 0],
    ]);
    return (name: string) => {
      const values = answer.headers(name);
      return values.length > 1 ? values : values[0];
    };
  };
  it.each(Object.keys(RESETS))('reset: %s', async (reset) => {
    const header = await told({ reset });
    expect(header('x-ratelimit-reset')).toEqual(RESETS[reset as keyof typeof RESETS](NOW));
    expect([header('x-ratelimit-limit'), header('x-ratelimit-remaining')]).toEqual(['10000', '0']);
  });
  it.each([
    ['missing', undefined],
    ['past', NOW / 1000 - 60],
    ['far', NOW / 1000 + 3600],
    ['milliseconds', NOW + 40_000],
  ])('reset: %s is what its name says', async (reset, expected) => {
    const header = await told({ reset });
    expect(header('x-ratelimit-reset')).toBe(expected?.toString());
  });
  it.each(Object.keys(RETRY_AFTERS))('retryAfter: %s', async (retryAfter) => {
    const header = await told({ retryAfter });
    expect(header('retry-after')).toEqual(RETRY_AFTERS[retryAfter as keyof typeof RETRY_AFTERS](NOW));
  });
  it('numbers, and limits that are none', async () => {
    const header = await told({ reset: 7, retryAfter: 3, limit: 'missing', remaining: 'text' });
    expect(['x-ratelimit-reset', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining'].map(header)).toEqual([
      String(NOW / 1000 + 7),
      '3',
      undefined,
      'many',
    ]);
  });
});

describe('no answer', () => {
  it.each<[Fault, string, number]>([
    [{ kind: 'reset_before' }, 'reset', 0],
    [{ kind: 'reset_after' }, 'reset', 1],
    [{ kind: 'close' }, 'closed', 0],
    [{ kind: 'close', done: true }, 'closed', 1],
  ])('%j: %s, done %i times, told nobody', async (fault, how, times) => {
    const connection = await create(fault);
    expect([await connection.end(), connection.bytes.length, done()]).toEqual([how, 0, [times, 0]]);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('hang with done: %s', async (isDone, times) => {
    const connection = await create({ kind: 'hang', done: isDone });
    // What is asked after it is answered before it.
    expect(status(await (await wire()).send('GET /api/v2/user').answer())).toBe(200);
    expect([connection.ended, connection.bytes.length, done()]).toEqual(['open', 0, [times, 0]]);
  });

  it('an error and a page, although it was done', async () => {
    for (const [index, kind] of (['status', 'html'] as const).entries()) {
      const answer = await (await create({ kind, status: 503, done: true })).answer();
      expect([status(answer), done()]).toEqual([503, [index + 1, 0]]);
    }
  });

  it.each([
    [false, 'closed'],
    [true, 'reset'],
  ])(
    'close_on_reuse (reset: %s): the first request of a connection passes, the next one ends it',
    async (reset, how) => {
      const connection = await create({ kind: 'close_on_reuse', reset });
      await connection.answer();
      expect(status(connection)).toBe(200);
      connection.forget().send(`POST /api/v2/list/${LIST}/task`, { body: { name: 'again #m:2' } });
      expect([await connection.end(), connection.bytes.length]).toEqual([how, 0]);
      expect(sandbox.writes().markers).toEqual({ '1': { times: 1, objects: 1, answered: 1 } });
    },
  );
});

describe('a cut or late body', () => {
  it.each([
    [{ share: 0.5, declared: true }, /^\{"id"/],
    [{ share: 0.5, declared: false }, /^[\da-f]+\r\n\{"id"/],
    [{ share: 0, declared: true }, /^$/],
  ])('truncate %j', async (fields, body) => {
    const connection = await create({ kind: 'truncate', ...fields });
    expect([await connection.end(), status(connection), done()]).toEqual(['closed', 200, [1, 0]]);
    expect(connection.body.toString()).toMatch(body);
    const length = connection.header('content-length');
    expect(length === undefined).toBe(!fields.declared);
    if (length) expect(connection.body.length).toBe(Math.floor(Number(length) * fields.share));
  });

  it.each([-10, 10])('wrong_length by %i', async (by) => {
    const connection = await create({ kind: 'wrong_length', by });
    expect(await connection.end()).toBe('closed');
    expect([Number(connection.header('content-length')) - connection.body.length, done()]).toEqual([by, [1, 0]]);
  });

  it('drip: pieces of the right answer; delivered only at its end', async () => {
    const connection = await create({ kind: 'drip', bytes: 200, everyMs: 1 });
    await connection.until(({ body }) => body.length > 0);
    expect(connection.body.length % 200).toBe(0);
    await connection.answer();
    expect(JSON.parse(connection.body.toString())).toMatchObject({ name: 'made #m:1' });
    expect(done()).toEqual([1, 1]);
  });

  it('drip: not delivered to whom has left', async () => {
    const connection = await create({ kind: 'drip', everyMs: 1 });
    await connection.until(({ body }) => body.length > 0);
    connection.leave();
    await connection.end();
    expect(done()).toEqual([1, 0]);
  });

  it('endless: more than anybody wants, and it stops when nobody listens', async () => {
    const connection = await create({ kind: 'endless', bytes: 100_000, everyMs: 1 });
    await connection.until(({ bytes }) => bytes.length > 1_000_000);
    expect([connection.ended, connection.header('content-length'), done()]).toEqual(['open', undefined, [1, 0]]);
  });

  it.each([true, false])('huge (declared: %s): valid, and as large as ordered', async (declared) => {
    sandbox.configure({ faults: [{ operation: 'CreateTask', kind: 'huge', declared }] });
    const response = await fetch(`${sandbox.url}/api/v2/list/${LIST}/task`, {
      method: 'POST',
      headers: { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'large #m:1' }),
    });
    const text = await response.text();
    expect([text.length, response.headers.get('content-length')]).toEqual([9_000_000, declared ? '9000000' : null]);
    // The server hears a moment after its client that the last byte has gone.
    while (done()[1] === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([JSON.parse(text).name, done()]).toEqual(['large #m:1', [1, 1]]);
  });

  it('huge: not delivered to who has left in the middle', async () => {
    const connection = await create({ kind: 'huge', bytes: 100_000_000 });
    await connection.until(({ body }) => body.length > 0);
    connection.leave();
    // By then the sandbox knows that nobody is there.
    for (let request = 0; request < 20; request++) await (await wire()).send('GET /api/v2/user').answer();
    expect(done()).toEqual([1, 0]);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('slow (done: %s): the work is done %i times before the answer', async (isDone, times) => {
    const connection = await create({ kind: 'slow', ms: 300, done: isDone });
    expect(status(await (await wire()).send('GET /api/v2/user').answer())).toBe(200);
    expect(done()).toEqual([times, 0]);
    await connection.answer();
    expect([status(connection), done()]).toEqual([200, [1, 1]]);
  });

  it('slow: the work is done late also for a client that has left', async () => {
    const connection = await create({ kind: 'slow', ms: 50, done: false });
    await (await wire()).send('GET /api/v2/user').answer();
    connection.leave();
    while (sandbox.writes().effects === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done()).toEqual([1, 0]);
  });
});

describe('compressed', () => {
  const unpack = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync };
  const encodings = Object.keys(unpack) as (keyof typeof unpack)[];
  const packed = async (fields: Omit<Fault, 'kind'>) => (await create({ kind: 'compressed', ...fields })).answer();

  it.each(encodings)('%s: right, though nobody asked for it', async (encoding) => {
    const answer = await packed({ encoding });
    expect([answer.header('content-encoding'), done()]).toEqual([encoding, [1, 1]]);
    expect(JSON.parse(unpack[encoding](answer.body).toString())).toMatchObject({ name: 'made #m:1' });
  });
  it('blown up, it is small on the wire', async () => {
    const answer = await packed({ bytes: 5_000_000 });
    expect(answer.body.length).toBeLessThan(10_000);
    expect(gunzipSync(answer.body).length).toBe(5_000_000);
  });
  it.each(encodings.flatMap((encoding) => (['broken', 'cut'] as const).map((flaw) => [encoding, flaw] as const)))(
    '%s, %s: cannot be read, nor counts it as delivered',
    async (encoding, flaw) => {
      const answer = await packed({ encoding, flaw });
      expect(() => unpack[encoding](answer.body)).toThrow();
      expect([answer.header('content-encoding'), done()]).toEqual([encoding, [1, 0]]);
    },
  );
  it.each<[keyof typeof FLAWS, string | undefined, (bytes: Buffer) => Buffer]>([
    ['unannounced', undefined, gunzipSync],
    ['not_compressed', 'gzip', (bytes) => bytes],
    ['twice', 'gzip, gzip', (bytes) => gunzipSync(gunzipSync(bytes))],
    ['unknown', 'x-unknown', gunzipSync],
  ])('%s', async (flaw, announced, open) => {
    const answer = await packed({ flaw });
    expect([answer.header('content-encoding'), done()]).toEqual([announced, [1, 0]]);
    expect(JSON.parse(open(answer.body).toString())).toMatchObject({ name: 'made #m:1' });
  });
});

describe('shape', () => {
  const id = expect.stringMatching(/^86d/);
  const BODIES: Record<keyof typeof SHAPES, [status: number, type: string | undefined, body: unknown]> = {
    html: [200, 'text/html', expect.stringContaining('<html>')],
    text: [200, 'text/plain', 'OK'],
    empty: [200, 'application/json; charset=utf-8', ''],
    no_content: [204, undefined, ''],
    no_content_with_body: [204, 'application/json; charset=utf-8', expect.objectContaining({ id })],
    null: [200, 'application/json; charset=utf-8', null],
    array: [200, 'application/json; charset=utf-8', []],
    string: [200, 'application/json; charset=utf-8', 'OK'],
    number: [200, 'application/json; charset=utf-8', 1],
    other_object: [200, 'application/json; charset=utf-8', { ok: true }],
    error: [200, 'application/json; charset=utf-8', { err: 'Internal Server Error', ECODE: 'FAULT_200' }],
    missing_id: [200, 'application/json; charset=utf-8', expect.not.objectContaining({ id })],
    null_id: [200, 'application/json; charset=utf-8', expect.objectContaining({ id: null })],
    object_id: [200, 'application/json; charset=utf-8', expect.objectContaining({ id: { id } })],
    foreign_id: [200, 'application/json; charset=utf-8', expect.objectContaining({ id: '86czzzzzz' })],
    not_json: [200, 'application/json; charset=utf-8', '{"id": 86c'],
    half_json: [200, 'application/json; charset=utf-8', expect.stringMatching(/^\{"id"/)],
    nested: [200, 'application/json; charset=utf-8', expect.stringMatching(/^\[{100000}\]{100000}$/)],
    bom: [200, 'application/json; charset=utf-8', expect.stringMatching(/^\ufeff\{"id"/)],
    latin1: [200, 'application/json; charset=iso-8859-1', expect.objectContaining({ id })],
  };
  const read = (text: string): unknown => {
    if (/^\[\[|^"?OK$/.test(text)) return text.replaceAll('"', '');
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };

  it.each(Object.entries(BODIES))('%s', async (shape, [code, type, body]) => {
    const connection = await create({ kind: 'shape', shape: shape as keyof typeof SHAPES });
    await connection.answer();
    expect([status(connection), connection.header('content-type'), done()]).toEqual([code, type, [1, 0]]);
    expect(read(connection.body.toString())).toEqual(body);
  });

  it('of the objects within an answer, too; and of work that was not done', async () => {
    const list =
      (await (await create({ kind: 'shape', shape: 'missing_id', operation: 'GetTasks' })).answer()) && (await wire());
    const tasks = JSON.parse((await list.send(`GET /api/v2/list/${LIST}/task`).answer()).body.toString()).tasks;
    expect(tasks.length).toBeGreaterThan(0);
    expect(tasks.filter((task: object) => 'id' in task)).toEqual([]);
    sandbox.reset();
    const { body } = await (await create({ kind: 'shape', shape: 'missing_id', done: false })).answer();
    expect([body.toString(), done()]).toEqual(['{}', [0, 0]]);
  });
});
