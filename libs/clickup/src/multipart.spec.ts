import fc from 'fast-check';
import { encodeForm, FilePart } from './multipart.js';

/** Read back by an independent parser. */
const decode = ({ payload, type }: { payload: Buffer; type: string }) => new Response(payload, { headers: { 'content-type': type } }).formData();

describe('a form', () => {
  it('arrives as files and fields', async () => {
    const content = Buffer.from([0, 255, 13, 10, 45, 45]).toString('base64');
    const form = await decode(encodeForm({ attachment: [{ filename: 'Übersicht "Q4".png', content, content_type: 'image/png' }], filename: 'shown', nothing: undefined }));
    const file = form.get('attachment') as File;
    expect([file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]]).toEqual(['Übersicht "Q4".png', 'image/png', [0, 255, 13, 10, 45, 45]]);
    expect([...form.keys()]).toEqual(['attachment', 'filename']);
    expect(form.get('filename')).toBe('shown');
  });

  it('keeps every byte and every name that is allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((name) => FilePart.shape.filename.safeParse(name).success && !name.includes('%')), async (bytes, filename) => {
        const form = await decode(encodeForm({ attachment: [{ filename, content: Buffer.from(bytes).toString('base64') }] }));
        const files = form.getAll('attachment') as File[];
        expect(files.map(({ name, type }) => [name, type])).toEqual([[filename, 'application/octet-stream']]);
        expect(new Uint8Array(await (files[0] as File).arrayBuffer())).toEqual(bytes);
      }),
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
