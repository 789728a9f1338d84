import { AppError } from '#libs/core';
import { type Call, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { attachFile } from './attach-file.js';

const ATTACHED = {
  id: 'f1.txt',
  version: '0',
  date: 1,
  title: 'a.txt',
  extension: 'txt',
  thumbnail_small: null,
  thumbnail_large: null,
  url: 'https://x/a.txt',
};
const context = () => fakeContext({ CreateTaskAttachment: ATTACHED });
const attach = async (args: Record<string, unknown>, within = context()) => {
  const given = input(attachFile, { task_id: '86abc1', filename: 'a.txt', ...args });
  const answer = await attachFile.handler(given, within);
  const [file] = ((within.calls[0] as Call).body as { attachment: { content: string; content_type?: string }[] })
    .attachment;
  return { answer, text: Buffer.from(file?.content ?? '', 'base64').toString(), type: file?.content_type };
};

test.each([
  [{ text: 'Grüße' }, 'Grüße', undefined],
  [{ base64: Buffer.from('Hi there?>').toString('base64') }, 'Hi there?>', undefined],
  [{ base64: Buffer.from('Hi there?>').toString('base64url') }, 'Hi there?>', undefined],
  [{ base64: `data:image/png;base64,${Buffer.from('png').toString('base64')}` }, 'png', 'image/png'],
  [{ base64: 'SGkg\ndGhl\ncmU=' }, 'Hi there', undefined],
  [{ url: 'https://files.example/a.txt' }, 'file', 'text/plain'],
])('%j', async (args, text, type) => {
  const attached = await attach(args);
  expect(attached).toMatchObject({ text, type, answer: { name: 'a.txt', bytes: Buffer.byteLength(text) } });
});

test.each([
  [{}, 'text: give the content of the file exactly once'],
  [{ text: 'a', url: 'https://a.b' }, 'text: give the content of the file exactly once'],
  [{ base64: 'no base64!' }, 'base64: this is not Base64'],
  [{ text: '' }, 'filename: a.txt would be empty'],
  [{ text: 'a', filename: '../a.txt' }, 'filename: a name, not a path'],
  [{ base64: Buffer.alloc((8 << 20) + 1).toString('base64') }, 'base64: the file is larger than 8 MiB'],
])('%# is refused before anything is sent', async (args, message) => {
  const within = context();
  await expect(attach(args, within)).rejects.toThrow(message);
  expect(within.calls).toEqual([]);
});

test('nothing is fetched for somebody who may not attach it', async () => {
  const within = context();
  const download = jest.fn();
  const refused = { ...within.clickup, judge: () => Promise.reject(new AppError('forbidden')) };
  const given = input(attachFile, { task_id: '86abc1', filename: 'a.txt', url: 'https://a.b' });
  await expect(attachFile.handler(given, { ...within, download, clickup: refused })).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(download).not.toHaveBeenCalled();
});

example(attachFile, { task_id: '86abc1', filename: 'log.txt', text: 'Hello' });
