import { CreateTaskAttachment } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { addressOf } from '../arguments/address.js';
import { Ref } from '../arguments/inputs.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

/** More than a file is refused earlier: by the limit of the whole request. */
const MAX_BYTES = 8 << 20;
const MAX_BASE64 = 4 * Math.ceil(MAX_BYTES / 3) + 2_000;
const MAX_NAME = 255;

const input = z.strictObject({
  task_id: Ref,
  filename: z.string().min(1).max(MAX_NAME),
  text: z.string().max(MAX_BYTES).optional(),
  base64: z.string().max(MAX_BASE64).optional(),
  url: z.string().max(2_000).optional(),
});

const refusal = (parameter: string, message: string) =>
  new AppError('invalid_parameters', `${parameter}: ${message}`, { details: { parameter } });

interface Content {
  bytes: Buffer;
  type: string | undefined;
}

/** Base64 of either alphabet, with or without padding; a data URL says its type. */
function fromBase64(given: string): Content {
  const [, type, data = ''] = /^data:([\w.+-]{1,64}\/[\w.+-]{1,64})?[^,]{0,200};base64,(.*)$/s.exec(given) ?? [
    ,
    undefined,
    given,
  ];
  const plain = data.replace(/\s+/g, '');
  if (!/^[\w+/-]*={0,2}$/.test(plain) || plain.replace(/=+$/, '').length % 4 === 1)
    throw refusal('base64', 'this is not Base64. Give text as `text`, without encoding it.');
  return { bytes: Buffer.from(plain, 'base64'), type };
}

async function contentOf({ text, base64, url }: z.output<typeof input>, { download }: ToolContext): Promise<Content> {
  const given = [text, base64, url].filter((source) => source !== undefined);
  if (given.length !== 1) throw refusal('text', 'give the content of the file exactly once: as text, base64 or url.');
  if (text !== undefined) return { bytes: Buffer.from(text), type: undefined };
  return base64 === undefined ? download(url ?? '') : fromBase64(base64);
}

export const attachFile = defineTool({
  name: 'attach_file',
  title: 'Attach file',
  description: 'Attach a file to a task: from text, base64 or, up to 8 MiB, a public https URL.',
  toolset: 'attachments',
  verb: 'create',
  covers: [CreateTaskAttachment],
  input,
  output: z.strictObject({ id: z.string(), name: z.string(), bytes: z.number(), url: z.string() }),
  headline: () => 'File attached',
  async handler(args, context) {
    if (/[\p{Cc}\p{Cs}/\\]/u.test(args.filename))
      throw refusal('filename', 'a name, not a path: without slashes and line breaks, such as "report.txt".');
    const address = await addressOf('task_id', args.task_id, context);
    const isUrl = args.url !== undefined && args.text === undefined && args.base64 === undefined;
    const draft = (content: Content) => ({
      ...address,
      body: {
        attachment: [
          {
            filename: args.filename,
            content: content.bytes.toString('base64'),
            ...(content.type !== undefined && { content_type: content.type }),
          },
        ],
      },
    });
    // Nothing is fetched for somebody who may not attach it.
    if (isUrl) await context.clickup.judge(CreateTaskAttachment, [draft({ bytes: Buffer.from(' '), type: undefined })]);
    const content = await contentOf(args, context);
    if (content.bytes.length === 0) throw refusal('filename', `${args.filename} would be empty; nothing was attached.`);
    if (content.bytes.length > MAX_BYTES)
      throw refusal('base64', `the file is larger than ${MAX_BYTES >> 20} MiB, the most that can be attached here.`);
    const { id, title, url } = await context.clickup.call(CreateTaskAttachment, draft(content));
    return { id, name: title, bytes: content.bytes.length, url };
  },
});
