import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** The length in Base64 of 8 MiB. A file is held in memory, and comes as a text in JSON, so it must be bounded. */
const MAX_BASE64 = 4 * Math.ceil((8 << 20) / 3);

/** One file of a form: bounded, and with a name that is no path and cannot break out of its header. */
export const FilePart = z.strictObject({
  filename: z.string().regex(/^[^\p{Cc}\p{Cs}/\\]{1,255}$/u),
  /** Base64, at most 8 MiB of bytes. */
  content: z.base64().max(MAX_BASE64),
  content_type: z
    .string()
    .regex(/^[\w.+-]{1,64}\/[\w.+-]{1,64}$/)
    .optional(),
});
export type FilePart = z.output<typeof FilePart>;

/**
 * A form as multipart/form-data (RFC 7578), and the Content-Type that names its boundary. Undefined fields are left out.
 * @param form names come from a row, never from a caller
 */
export function encodeForm(form: Readonly<Record<string, string | readonly FilePart[] | undefined>>): {
  payload: Buffer;
  type: string;
} {
  // Random, so that no file can hold the boundary by intent.
  const boundary = `form-${randomUUID()}`;
  const parts = Object.entries(form).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'string') return [part(boundary, `name="${name}"`, Buffer.from(value))];
    return value.map(({ filename, content, content_type = 'application/octet-stream' }) =>
      part(
        boundary,
        `name="${name}"; filename="${filename.replaceAll('"', '%22')}"\r\nContent-Type: ${content_type}`,
        Buffer.from(content, 'base64'),
      ),
    );
  });
  return {
    payload: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

const part = (boundary: string, disposition: string, content: Buffer) =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
