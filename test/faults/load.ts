import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from '../support/random-world.js';
import { ACME, L1 } from '../support/scoped.js';
import { CUT_OFF } from './front.js';
import { type Site } from './site.js';
import { lies } from './trial.js';
import { type Result, type Stage, type Told, type Wish, type Write, WRITES } from './writes.js';

/** A call that has not ended by then hangs (ms). */
const PATIENCE_MS = 60_000;
/** What no caller may ever read: statements, files, system errors. */
const INTERNALS = /\b(?:SELECT|INSERT INTO|UPDATE) [a-z_"]+|relation "|ECONN[A-Z]+|\.js:\d+|pg_\w+|SQLSTATE/;

export interface Call {
  /** When it was sent and answered, `performance.now()`. */
  at: number;
  until: number;
  kind: 'read' | 'write';
  ended: 'success' | 'failure' | 'unknown' | 'cut off';
  /** Of an error. */
  code?: string | undefined;
  status: number;
  retryAfter?: string | undefined;
}

/** What became of all calls, and what is wrong with it. */
export interface Ledger {
  calls: Call[];
  /** Lies (lost, doubled, denied), hanging calls, answers that no caller may get. */
  wrong: string[];
}

/** Calls of all callers of a site in turn: four of five read, one writes. Begins when it is made. */
export class Load {
  private readonly ledger: Ledger = { calls: [], wrong: [] };
  private readonly heard: { wish: Wish; told: Told; ref?: string | undefined }[] = [];
  private readonly open = new Set<Promise<void>>();
  private readonly keys: readonly string[];
  private readonly draw;
  private readonly stage: Stage;
  private on = true;
  private readonly sending: Promise<void>;

  constructor(
    private readonly site: Pick<Site, 'keys' | 'sandbox'> & { front: { url: string } },
    { perSecond = 20, writes = 0.2, seed = 1, callers = site.keys.length } = {},
  ) {
    this.keys = site.keys.slice(0, callers);
    const draw = (this.draw = dice(seed));
    const tasks = site.sandbox.world.workspace(ACME).tasks.map(({ id }) => id);
    let marks = 0;
    this.stage = {
      dice: draw,
      mark: () => `load${seed}-${(marks += 1)}`,
      twin: `load${seed}-twin`,
      task: () => draw.pick(tasks),
    };
    this.sending = this.send(perSecond, writes);
  }

  /** Sends nothing more. @returns when every call has ended */
  async stop(): Promise<Ledger> {
    this.on = false;
    await this.sending;
    await Promise.all(this.open);
    this.site.sandbox.configure({ faults: [] });
    this.ledger.wrong.push(...lies(this.heard, this.site.sandbox));
    return this.ledger;
  }

  private async send(perSecond: number, writes: number): Promise<void> {
    for (let turn = 0; this.on; turn += 1) {
      const key = this.keys[turn % this.keys.length]!;
      const one = this.draw.chance(writes)
        ? this.write(key, this.draw.pick([WRITES.create_task!, WRITES.add_comment!])(this.stage))
        : this.read(key);
      this.open.add(one);
      void one.finally(() => this.open.delete(one));
      await sleep(1000 / perSecond);
    }
  }

  private async read(key: string): Promise<void> {
    const [tool, args] = this.draw.pick([
      ['get_task', { task_id: this.stage.task() }],
      ['get_list', { list_id: L1 }],
    ] as const);
    await this.call('read', key, tool, args);
  }

  private async write(key: string, { tool, args, wishes }: Write): Promise<void> {
    const answer = await this.call('write', key, tool, args);
    for (const wish of wishes)
      this.heard.push({ wish, told: answer ? wish.told(answer) : 'nothing', ref: answer && wish.ref?.(answer) });
  }

  private async call(kind: Call['kind'], key: string, tool: string, args: object): Promise<Result | undefined> {
    const at = performance.now();
    const { result, ...ended } = await ask(this.site.front.url, key, tool, args);
    this.ledger.calls.push({ at, until: performance.now(), kind, ...ended });
    const said = JSON.stringify(result ?? '');
    if (ended.code === 'internal_error' || ended.status === 500) this.ledger.wrong.push(`${tool}: ${said}`);
    if (ended.code === 'hangs') this.ledger.wrong.push(`${tool} did not answer in ${PATIENCE_MS} ms`);
    const [internal] = (ended.ended === 'success' ? undefined : INTERNALS.exec(said)) ?? [];
    if (internal) this.ledger.wrong.push(`${tool} tells "${internal}": ${said.slice(0, 400)}`);
    const [negative] = /"[a-z_]+_seconds":-\d+/.exec(said) ?? [];
    if (negative) this.ledger.wrong.push(`${tool} says when to come again as ${negative}`);
    if (ended.status === 503 && ended.code === 'unavailable' && !(Number(ended.retryAfter) > 0))
      this.ledger.wrong.push(`${tool}: 503 without Retry-After`);
    return result;
  }
}

interface Ended extends Omit<Call, 'at' | 'until' | 'kind'> {
  /** Undefined when nobody knows. */
  result?: Result | undefined;
}

/** One call of a tool, how it ended, and when. */
export async function callOf(url: string, key: string, kind: Call['kind'], tool: string, args: object): Promise<Call> {
  const at = performance.now();
  const { ended, status, code } = await ask(url, key, tool, args);
  return { at, until: performance.now(), kind, ended, status, code };
}

/** One call of a tool, and how it ended. */
export const ask = (url: string, key: string, name: string, args: object): Promise<Ended> =>
  request(url, key, 'tools/call', { name, arguments: args });

/** One request of the protocol, as {@link ask}. */
export async function request(url: string, key: string, method: string, params: object): Promise<Ended> {
  try {
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    const status = response.status;
    const front = response.headers.get('x-front');
    if (front === CUT_OFF) return { ended: 'cut off', status };
    if (front) return { ended: 'failure', status, code: front, result: refused(front, '') };
    const retryAfter = response.headers.get('retry-after') ?? undefined;
    const { result, error } = JSON.parse(text) as { result?: Result; error?: { code: string; message: string } };
    // Refused before a tool ran: the REST form of an error.
    const code = result ? result._meta?.error?.code : String(error?.code);
    const ended = code === 'unknown_outcome' ? 'unknown' : result && !result.isError ? 'success' : 'failure';
    return { ended, status, code, retryAfter, result: result ?? refused(String(error?.code), error?.message ?? '') };
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return { ended: 'cut off', status: 0, code: 'hangs' };
    return { ended: 'cut off', status: 0 };
  }
}

const refused = (code: string, text: string): Result => ({
  isError: true,
  content: [{ text }],
  structuredContent: undefined,
  _meta: { error: { code } },
});
