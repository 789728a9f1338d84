import { type Answer } from './answer.js';

type Json = Record<string, unknown>;

/** The answer with `change` applied to it and to the objects directly in it: ClickUp wraps some objects (`{data: {…}}`, `{goal: {…}}`). */
function eachObject(body: string, change: (object: Json) => void): string {
  const whole: unknown = JSON.parse(body || '{}');
  if (typeof whole !== 'object' || whole === null) return body;
  for (const object of [whole, ...(Object.values(whole) as unknown[]).flat()])
    if (typeof object === 'object' && object !== null && !Array.isArray(object)) change(object as Json);
  return JSON.stringify(whole);
}
const withId = (body: string, id: (before: unknown) => unknown) =>
  eachObject(body, (object) => {
    if ('id' in object) object.id = id(object.id);
  });

const HTML =
  '<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>';
const json = (body: (answer: Answer) => string) => (answer: Answer) => ({ status: 200, body: body(answer) });

/** Wrong answers by name. The status is 200 unless it is said; `body` as Latin-1 where the type says so. */
export const SHAPES = {
  html: () => ({ status: 200, type: 'text/html', body: HTML }),
  text: () => ({ status: 200, type: 'text/plain', body: 'OK' }),
  empty: json(() => ''),
  no_content: () => ({ status: 204, body: '' }),
  /** Against RFC 9110: the bytes after the head belong to nothing. */
  no_content_with_body: ({ body }: Answer) => ({ status: 204, body, raw: true }),
  null: json(() => 'null'),
  array: json(() => '[]'),
  string: json(() => '"OK"'),
  number: json(() => '1'),
  other_object: json(() => '{"ok":true}'),
  error: json(() => '{"err":"Internal Server Error","ECODE":"FAULT_200"}'),
  missing_id: json(({ body }) => eachObject(body, (object) => delete object.id)),
  null_id: json(({ body }) => withId(body, () => null)),
  object_id: json(({ body }) => withId(body, (id) => ({ id }))),
  /** Of an object that does not exist. */
  foreign_id: json(({ body }) => withId(body, (id) => (typeof id === 'number' ? 999_999_999 : '86czzzzzz'))),
  not_json: json(() => '{"id": 86c'),
  half_json: json(({ body }) => body.slice(0, Math.floor(body.length / 2))),
  nested: json(() => `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  bom: json(({ body }) => `\ufeff${body}`),
  latin1: ({ body }: Answer) => ({ status: 200, type: 'application/json; charset=iso-8859-1', body }),
} satisfies Record<string, (answer: Answer) => Answer & { type?: string; raw?: true }>;
export type Shape = keyof typeof SHAPES;
