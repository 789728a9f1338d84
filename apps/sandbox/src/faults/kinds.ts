import { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { refuse } from '../refusal.js';
import { type Answer, cut, head, inPieces, padded, raw, send, silence } from './answer.js';
import { type Encoding, ENCODINGS, type Flaw, FLAWS } from './compression.js';
import { type Shape, SHAPES } from './shapes.js';
import { Throttle, throttleHeaders } from './throttle.js';

/** A request that a fault hits. */
export interface Hit {
  reply: FastifyReply;
  /** What ClickUp would have answered; of work that was not done, an empty object. */
  answer: Answer;
  /** Unix milliseconds at ClickUp. */
  now: number;
}

interface Kind<Fields extends z.ZodRawShape> {
  /** What happens, for people; docs/sandbox.md says more. */
  says: string;
  /** Its own keys, each with its default. */
  fields: Fields;
  /** Whether the work was done before it strikes; where a fault may say so itself, its key `done` decides. */
  done?: boolean;
  /** It strikes only requests on a connection that has carried one before. */
  onReuse?: true;
  /** The client gets a right answer nevertheless, be it late or large. */
  delivers?: (fault: z.output<z.ZodObject<Fields>>) => boolean;
  /** Answers, or does not. Without it the answer is only late. */
  strike?: (fault: z.output<z.ZodObject<Fields>>, hit: Hit) => void;
}
const kind = <Fields extends z.ZodRawShape>(row: Kind<Fields>): Kind<Fields> => row;

const names = <Name extends string>(table: Record<Name, unknown>) => z.enum(Object.keys(table) as [Name, ...Name[]]);
const status = (otherwise: number) => z.int().min(200).max(599).default(otherwise);
const done = (otherwise: boolean) => z.boolean().default(otherwise);
const bytes = (otherwise: number) => z.int().min(1).max(1_000_000_000).default(otherwise);
const everyMs = (otherwise: number) => z.int().min(1).max(3_600_000).default(otherwise);

const HTML = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';
const ENDLESS_START = '{"endless":"';

/** Everything that can go wrong on the way, one row each. A new row is all that a new fault takes, beside its test and its row in docs/sandbox.md. */
export const KINDS = {
  status: kind({
    says: 'an error of this status',
    fields: { status: status(500), done: done(false) },
    strike: ({ status }, { reply }) =>
      send(reply, status, JSON.stringify({ err: 'Internal Server Error', ECODE: `FAULT_${status}` })),
  }),
  throttle: kind({
    says: '429 with these headers',
    fields: Throttle,
    strike: (fault, { reply, now }) => {
      for (const [name, value] of throttleHeaders(fault, now))
        if (value === undefined) reply.removeHeader(name);
        else void reply.header(name, value);
      const refusal = refuse.rateLimited();
      send(reply, refusal.status, JSON.stringify(refusal.body(now)));
    },
  }),
  html: kind({
    says: 'a page of a proxy',
    fields: { status: status(502), done: done(false) },
    strike: ({ status }, { reply }) => send(reply, status, HTML, 'text/html'),
  }),
  hang: kind({ says: 'no answer', fields: { done: done(false) }, strike: (_, { reply }) => silence(reply) }),
  reset_before: kind({ says: 'TCP reset', fields: {}, strike: (_, { reply }) => cut(reply, true) }),
  reset_after: kind({ says: 'TCP reset', fields: {}, done: true, strike: (_, { reply }) => cut(reply, true) }),
  close: kind({
    says: 'the connection is closed in order instead of an answer',
    fields: { done: done(false) },
    strike: (_, { reply }) => cut(reply, false),
  }),
  close_on_reuse: kind({
    says: 'a kept connection is closed at the moment of its next request',
    fields: { reset: z.boolean().default(false) },
    onReuse: true,
    strike: ({ reset }, { reply }) => cut(reply, reset),
  }),
  truncate: kind({
    says: 'the answer is cut, and the connection with it',
    fields: { share: z.number().min(0).max(1).default(0.5), declared: z.boolean().default(true) },
    done: true,
    strike: ({ share, declared }, { reply, answer }) => {
      const whole = Buffer.from(answer.body);
      const out = head(reply, answer.status, declared ? whole.length : undefined);
      const part = whole.subarray(0, Math.floor(whole.length * share));
      if (part.length === 0) out.flushHeaders();
      out.write(part, () => out.socket?.destroy());
    },
  }),
  wrong_length: kind({
    says: 'Content-Length is wrong by this many bytes, then the connection is closed',
    fields: { by: z.int().min(-1_000_000).max(1_000_000) },
    done: true,
    strike: ({ by }, { reply, answer }) =>
      raw(reply, answer.status, Math.max(0, Buffer.byteLength(answer.body) + by), answer.body),
  }),
  drip: kind({
    says: 'the head at once, then a few bytes at a time',
    fields: { bytes: bytes(1), everyMs: everyMs(250) },
    done: true,
    delivers: () => true,
    strike: ({ bytes, everyMs }, { reply, answer }) => {
      const whole = Buffer.from(answer.body);
      let at = 0;
      inPieces(head(reply, answer.status, whole.length), everyMs, () =>
        at < whole.length ? whole.subarray(at, (at += bytes)) : undefined,
      );
    },
  }),
  endless: kind({
    says: 'an answer without an end',
    fields: { bytes: bytes(65_536), everyMs: everyMs(10) },
    done: true,
    strike: ({ bytes, everyMs }, { reply }) => {
      const out = head(reply, 200, undefined);
      out.write(ENDLESS_START);
      const piece = Buffer.alloc(bytes, 'x');
      inPieces(out, everyMs, () => piece);
    },
  }),
  huge: kind({
    says: 'the right answer, blown up to this size',
    fields: { bytes: bytes(9_000_000), declared: z.boolean().default(true) },
    done: true,
    delivers: () => true,
    strike: ({ bytes, declared }, { reply, answer }) => {
      const body = Buffer.from(padded(answer.body, bytes));
      head(reply, answer.status, declared ? body.length : undefined).end(body);
    },
  }),
  compressed: kind({
    says: 'the answer compressed, asked for or not, with this flaw; `bytes` blows it up before',
    fields: {
      encoding: names<Encoding>(ENCODINGS).default('gzip'),
      flaw: names<Flaw>(FLAWS).default('none'),
      bytes: bytes(1),
    },
    done: true,
    delivers: ({ flaw }) => flaw === 'none',
    strike: ({ encoding, flaw, bytes }, { reply, answer }) => {
      const body = Buffer.from(padded(answer.body, bytes));
      const { bytes: packed, announced } = FLAWS[flaw](body, encoding) as { bytes: Buffer; announced?: string };
      if (announced) void reply.header('content-encoding', announced);
      send(reply, answer.status, packed);
    },
  }),
  shape: kind({
    says: 'an answer of the wrong shape',
    fields: { shape: names<Shape>(SHAPES), done: done(true) },
    strike: ({ shape }, { reply, answer }) => {
      const wrong = SHAPES[shape](answer) as Answer & { type?: string; raw?: true };
      if (wrong.raw) return raw(reply, wrong.status, Buffer.byteLength(wrong.body), wrong.body);
      send(reply, wrong.status, Buffer.from(wrong.body, shape === 'latin1' ? 'latin1' : 'utf8'), wrong.type);
    },
  }),
  slow: kind({
    says: 'an answer that is late; with `done: false` the work is late, too, even if the client has gone',
    fields: { ms: z.int().min(1).max(3_600_000), done: done(true) },
    delivers: () => true,
  }),
};
export type KindName = keyof typeof KINDS;
