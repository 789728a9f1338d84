import { type FastifyReply } from 'fastify';
import { z } from 'zod';

/**
 * What can go wrong on the way. `status`, `html`, `hang` and `reset_before` leave the work undone; `reset_after`, `truncate` and `drip` come
 * after it was done: a write has then happened although nobody was told.
 */
export const Fault = z.strictObject({
  /** An operationId, or `*`. */
  operation: z.string(),
  /** How many requests it hits. */
  times: z.int().min(1),
  /** How many requests of the operation pass before it hits the first. */
  after: z.int().min(0).optional(),
  kind: z.enum(['status', 'html', 'hang', 'reset_before', 'reset_after', 'truncate', 'drip']),
  /** The HTTP status that `status` (default 500) and `html` (default 502) answer with. */
  status: z.int().min(200).max(599).optional(),
});
export type Fault = z.output<typeof Fault>;

const HTML = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';
/** Between two bytes of a dripping answer. */
const DRIP_MS = 250;

/** The faults that wait for their request. */
export class Faults {
  private waiting: Fault[] = [];

  set(faults: readonly Fault[]): void {
    this.waiting = faults.map((fault) => ({ ...fault }));
  }

  /** The fault for this request, used up by it. */
  take(operation: string): Fault | undefined {
    if (this.waiting.length === 0) return undefined;
    const fault = this.waiting.find((candidate) => candidate.operation === operation || candidate.operation === '*');
    if (fault?.after) {
      fault.after--;
      return undefined;
    }
    if (fault && --fault.times === 0) this.waiting = this.waiting.filter((candidate) => candidate !== fault);
    return fault;
  }
}

/** Answers, or does not, in place of the work. Returns whether it did. */
export function failBefore(fault: Fault | undefined, reply: FastifyReply): boolean {
  switch (fault?.kind) {
    case 'status': {
      const status = fault.status ?? 500;
      send(
        reply,
        status,
        'application/json; charset=utf-8',
        JSON.stringify({ err: 'Internal Server Error', ECODE: `FAULT_${status}` }),
      );
      return true;
    }
    case 'html':
      send(reply, fault.status ?? 502, 'text/html', HTML);
      return true;
    case 'hang':
      reply.hijack();
      return true;
    case 'reset_before':
      cut(reply);
      return true;
    default:
      return false;
  }
}

/** Spoils the answer to work that was done. Returns whether it did. */
export function failAfter(fault: Fault | undefined, reply: FastifyReply, status: number, body: string): boolean {
  switch (fault?.kind) {
    case 'reset_after':
      cut(reply);
      return true;
    case 'truncate':
      reply.hijack();
      head(reply, status, body).write(body.slice(0, Math.floor(body.length / 2)), () => reply.raw.socket?.destroy());
      return true;
    case 'drip':
      reply.hijack();
      drip(head(reply, status, body), Buffer.from(body));
      return true;
    default:
      return false;
  }
}

function send(reply: FastifyReply, status: number, type: string, body: string): void {
  void reply.code(status).type(type).send(body);
}

function cut(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}

const head = (reply: FastifyReply, status: number, body: string) =>
  reply.raw.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });

function drip(raw: FastifyReply['raw'], bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length) raw.write(bytes.subarray(at, ++at));
    else raw.end();
  }, DRIP_MS);
  raw.once('close', () => clearInterval(timer));
}
