import fc from 'fast-check';
import { bench, closeBenches } from '../../../../test/support/clickup-transport.js';
import { json, throttle } from '../../../../test/support/misbehaving-server.js';
import { encodeForm, FilePart } from './multipart.js';
import { CreateTaskAttachment } from '../operations/index.js';

/** Read back by an independent parser. */
const decode = ({ payload, type }: { payload: Buffer; type: string }) =>
  new Response(payload, { headers: { 'content-type': type } }).formData();

describe('a form', () => {
  it('arrives as files and fields', async () => {
    const content = Buffer.from([0, 255, 13, 10, 45, 45]).toString('base64');
    const form = await decode(
      encodeForm({
        attachment: [{ filename: 'Übersicht "Q4".png', content, content_type: 'image/png' }],
        filename: 'shown',
        nothing: undefined,
      }),
    );
    const file = form.get('attachment') as File;
    expect([file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]]).toEqual([
      'Übersicht "Q4".png',
      'image/png',
      [0, 255, 13, 10, 45, 45],
    ]);
    expect([...form.keys()]).toEqual(['attachment', 'filename']);
    expect(form.get('filename')).toBe('shown');
  });

  it('keeps every byte and every name that is allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc
          .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
          .filter((name) => FilePart.shape.filename.safeParse(name).success && !name.includes('%')),
        async (bytes, filename) => {
          const form = await decode(
            encodeForm({ attachment: [{ filename, content: Buffer.from(bytes).toString('base64') }] }),
          );
          const files = form.getAll('attachment') as File[];
          expect(files.map(({ name, type }) => [name, type])).toEqual([[filename, 'application/octet-stream']]);
          expect(new Uint8Array(await (files[0] as File).arrayBuffer())).toEqual(bytes);
        },
      ),
      { numRuns: 200 },
    );
  });
});

it.each([
  ['a path', { filename: '../x', content: '' }],
  ['a path of Windows', { filename: 'a\\b', content: '' }],
  ['a line break in the name', { filename: 'a\r\nX: y', content: '' }],
  ['no name', { filename: '', content: '' }],
  ['what is no Base64', { filename: 'a', content: 'a*b' }],
  ['a header in the type', { filename: 'a', content: '', content_type: 'text/plain\r\nX: y' }],
  ['more than 8 MiB', { filename: 'a', content: 'A'.repeat(4 * Math.ceil((8 << 20) / 3) + 4) }],
])('%s is no file part', (_, value) => {
  expect(FilePart.safeParse(value).success).toBe(false);
});

describe('an upload', () => {
  afterEach(closeBenches);
  const call = (content: string) => ({
    path: { task_id: 'abc' },
    body: { attachment: [{ filename: 'a.txt', content, content_type: 'text/plain' }] },
  });

  it('leaves as a form, the same one when it is repeated', async () => {
    const { server, client } = await bench([throttle(), json({ id: 'file' })]);
    await client().call(CreateTaskAttachment, call(Buffer.from('hello').toString('base64')));
    expect(server.received.map(({ url, body }) => [url, body])).toEqual(
      Array(2).fill(['/api/v2/task/abc/attachment', server.received[0]?.body]),
    );
    for (const { body, headers } of server.received) {
      const file = (await decode({ payload: Buffer.from(body), type: String(headers['content-type']) })).get(
        'attachment',
      ) as File;
      expect([file.name, file.type, await file.text()]).toEqual(['a.txt', 'text/plain', 'hello']);
    }
  });

  it('of what is no Base64 does not leave, and the refusal does not quote it', async () => {
    const { server, client } = await bench([json()]);
    const refused = await client()
      .call(CreateTaskAttachment, call('secret-value*'))
      .then(
        () => undefined,
        (error: Error & { details: object }) => error,
      );
    expect(refused).toMatchObject({ code: 'invalid_parameters', details: { parameter: 'attachment.0.content' } });
    expect(JSON.stringify([refused?.message, refused?.details])).not.toContain('secret-value');
    expect(server.count).toBe(0);
  });
});
