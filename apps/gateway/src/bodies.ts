import { AppError } from '#libs/core';
import { type ReadJson } from '#libs/mcp';
import { policyOf } from '#libs/web';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { beyondShape, type Shape } from './json-shape.js';

/** Deeper JSON is refused: parsing survives any depth, but code that walks or stringifies the value does not (SEC-D12). */
const MAX_DEPTH = 64;
/**
 * What needs more is no call that anybody makes: fifty tasks with a hundred fields each are 5,000 values. Four megabytes of text pass; of
 * keys, each of which costs some microseconds in every check after this, they would hold everybody up for seconds.
 */
const MOST: Shape = { depth: MAX_DEPTH, values: 20_000, keys: 1_000 };
/** A shorter body cannot have so much in it that it would be noticed. */
const LOOKED_AT_BYTES = 8 * 1024;
/** A longer body is looked at in steps, between which others are served. */
const IN_STEPS_BYTES = 256 * 1024;
/** On a page somebody may tick every List of a large Workspace. */
const MAX_FIELDS = { rest: 100, oauth: 100, page: 5000 };

/** Reads the encodings that the route's row names; prototype poisoning, depth and numbers of fields are refused before any code sees the value. @returns what reads JSON so */
export function registerBodies(fastify: FastifyInstance): ReadJson {
  // Its type also allows a parser that returns a promise; this one calls back.
  const parse = fastify.getDefaultJsonParser('error', 'error') as unknown as (
    request: undefined,
    text: string,
    done: (error: Error | null, value?: unknown) => void,
  ) => void;
  const readJson: ReadJson = (bytes, done) => {
    // Bytes that are not UTF-8 would become replacement characters, and so a name could become another one (RFC 8259 section 8.1).
    if (!isUtf8(bytes)) return done(unreadable(new Error('not UTF-8')));
    const read = (beyond?: keyof Shape) => {
      if (beyond) return done(BEYOND[beyond]());
      parse(undefined, bytes.toString(), (error, value) => {
        if (error) return done(unreadable(error));
        if (isDeeper(value, MAX_DEPTH)) return done(BEYOND.depth());
        done(null, value);
      });
    };
    if (bytes.length < LOOKED_AT_BYTES) read();
    else look(beyondShape(bytes, MOST), bytes.length > IN_STEPS_BYTES, read);
  };
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    // An empty body counts as none, whatever the Content-Type says: clients often send that header with DELETE.
    if (bytes.length === 0) return done(null, undefined);
    const policy = policyOf(request);
    const signed = policy?.bodies.includes('signed') === true;
    if (policy && !signed && !policy.bodies.includes('json')) return done(new AppError('unsupported_media_type'));
    const unknown = unknownEncoding(request);
    if (unknown) return done(unknown);
    if (signed) return done(null, bytes);
    readJson(bytes, (error, value) => {
      if (!error && policy?.surface === 'oauth' && isAmbiguous(bytes.toString()))
        return done(unreadable(new Error('a byte order mark or a key twice')));
      done(error, value);
    });
  });
  fastify.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, text, done) => {
      const policy = policyOf(request);
      if (!policy?.bodies.includes('form')) return done(new AppError('unsupported_media_type'));
      const unknown = unknownEncoding(request);
      if (unknown) return done(unknown);
      const fields = new URLSearchParams(text);
      const most = MAX_FIELDS[policy.surface];
      if (fields.size > most) return done(new AppError('invalid_parameters', `A form may have ${most} fields at most`));
      done(null, formFields(fields));
    },
  );
  return readJson;
}

/** Takes the steps, each in a turn of the event loop of its own or all at once, and calls back with what they come to. */
function look(steps: ReturnType<typeof beyondShape>, inTurns: boolean, done: (beyond?: keyof Shape) => void): void {
  let step = steps.next();
  while (!step.done && !inTurns) step = steps.next();
  if (step.done) return done(step.value);
  setImmediate(() => look(steps, inTurns, done));
}

/** A body that is announced as something else than plain UTF-8 is not guessed at (RFC 9110 section 8.4). */
function unknownEncoding({
  headers: { 'content-type': type = '', 'content-encoding': coding },
}: FastifyRequest): AppError | undefined {
  if (coding !== undefined && !/^(?:identity)?$/i.test(coding.trim()))
    return new AppError('unsupported_media_type', 'A Content-Encoding is not understood: send the body as it is');
  if (!type.includes(';')) return undefined;
  const charsets = [...type.matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi)].map(([, charset = '']) =>
    charset.toLowerCase(),
  );
  if (charsets.every((charset) => UTF_8.includes(charset))) return undefined;
  return new AppError('unsupported_media_type', 'Only UTF-8 is understood: send charset=utf-8, or no charset');
}

/** ASCII is a part of it. */
const UTF_8 = ['utf-8', 'utf8', 'us-ascii'];
const unreadable = (cause: Error) =>
  Object.assign(new Error('unreadable body', { cause }), { code: 'FST_ERR_CTP_INVALID_JSON_BODY', statusCode: 400 });

const tooMuch = (what: string) => new AppError('payload_too_large', `The request body has ${what}`);
/** What is said about a body that passes a bound. */
const BEYOND: Readonly<Record<keyof Shape, () => Error>> = {
  depth: () => unreadable(new Error(`JSON deeper than ${MAX_DEPTH} levels`)),
  values: () => tooMuch(`more than ${MOST.values.toLocaleString('en')} values`),
  keys: () => tooMuch(`an object of more than ${MOST.keys.toLocaleString('en')} keys`),
};

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const item of Array.isArray(value) ? value : Object.values(value)) if (isDeeper(item, levels - 1)) return true;
  return false;
}

/** Whether another parser might read it differently: the last of two equal keys wins here, the first elsewhere. Takes valid JSON; looks at the top level. */
function isAmbiguous(json: string): boolean {
  if (json.startsWith('\ufeff')) return true;
  const keys = new Set<unknown>();
  let depth = 0;
  for (const [token, text, colon] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && text && colon) {
      const key: unknown = JSON.parse(text);
      if (keys.has(key)) return true;
      keys.add(key);
    }
  }
  return false;
}

/** A field that is repeated becomes a list. No prototype: a field may be called anything. One pass: anybody may send thousands of fields. */
function formFields(fields: URLSearchParams): Record<string, string | string[]> {
  const body = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of fields) {
    const before = body[name];
    if (Array.isArray(before)) before.push(value);
    else body[name] = before === undefined ? value : [before, value];
  }
  return body;
}
