import { type Approvals, type Readers } from '#libs/approvals';
import {
  type CallContext,
  type ClickUpTransport,
  GetAuthorizedUser,
  type JudgedCall,
  type Operation,
  type Target,
} from '#libs/clickup';
import { type Caller } from '#libs/connections';
import { AppError, isRead } from '#libs/core';
import { type Jobs } from '#libs/jobs';
import { type Ledger } from '#libs/tools';
import { type Confirmations } from '../confirmations/confirmations.js';
import { type RequestKeys } from '../request-keys/request-keys.js';
import { type Downloads } from '../calls/downloads.js';
import { type Pictures } from '../calls/pictures.js';
import { type JudgedRequest } from './explanation.js';
import { notAsked, notLookedUp, NotSent } from './not-sent.js';

/** What stands in where a call stores something: it reads what is there, and writes nothing. */
interface Stores {
  confirmations: Pick<Confirmations, 'pending'>;
  approvals: Pick<Approvals, 'find' | 'standing'>;
  readers: Pick<Readers, 'has'>;
  requestKeys: Pick<RequestKeys, 'ledger'>;
  jobs: Pick<Jobs, 'of'>;
}

const NOTHING = () => Promise.resolve();

/**
 * A call without its consequences: everything judges it as it judges any call, and nothing is sent or stored. What was judged, and how, is
 * noted here.
 */
export class Rehearsal {
  /** By operation and objects: the last word counts. */
  private readonly requests = new Map<string, JudgedRequest>();
  /** What the call has named in paths so far. */
  readonly path = new Map<string, string>();
  /** What was not sent, and so not answered, in the order in which it was wanted. */
  readonly unanswered: { operation: Operation | undefined; unknown: string }[] = [];

  /** Whether a person was asked about exactly this call before. */
  isKnown = false;

  constructor(
    private readonly caller: Caller,
    private readonly stores: Stores,
  ) {}

  get judged(): readonly JudgedRequest[] {
    return [...this.requests.values()];
  }

  /** The transport, with clients that send nothing. */
  transport(real: Pick<ClickUpTransport, 'client'>): Pick<ClickUpTransport, 'client'> {
    return { client: (context) => real.client(this.watched(context)) };
  }

  readonly confirmations: Pick<Confirmations, 'keep' | 'pending' | 'useUp'> = {
    keep: NOTHING,
    pending: (...asked) => this.stores.confirmations.pending(...asked),
    useUp: NOTHING,
  };

  readonly approvals: Pick<Approvals, 'find' | 'outdate' | 'use' | 'standing' | 'ask'> = {
    find: async (...asked) => {
      const found = await this.stores.approvals.find(...asked);
      this.isKnown ||= found !== undefined;
      return found;
    },
    standing: (...asked) => this.stores.approvals.standing(...asked),
    outdate: NOTHING,
    use: () => Promise.resolve(true),
    ask: (_by, _change, call) => Promise.resolve({ id: '', state: 'waiting', call, secondsLeft: 0 }),
  };

  readonly readers: Pick<Readers, 'has' | 'note'> = {
    has: (caller) => this.stores.readers.has(caller),
    note: NOTHING,
  };

  readonly requestKeys: Pick<RequestKeys, 'ledger'> = {
    ledger: (...asked): Ledger & { release(): void } => {
      const real = this.stores.requestKeys.ledger(...asked);
      return {
        read: (key) => real.read(key),
        release: () => real.release(),
        begin: () => Promise.resolve(true),
        made: NOTHING,
        unknown: NOTHING,
        forget: NOTHING,
        close: () => undefined,
      };
    },
  };

  readonly jobs: Pick<Jobs, 'of' | 'cancel' | 'begin' | 'told'> = {
    of: (...asked) => this.stores.jobs.of(...asked),
    cancel: () => Promise.resolve(true),
    begin: () => Promise.resolve(''),
    told: () => undefined,
  };

  readonly files: Pick<Downloads, 'file' | 'close'> = {
    file: () => Promise.reject(this.lacks(undefined, new NotSent('the file at the address has not been fetched'))),
    close: NOTHING,
  };
  readonly pictures: Pick<Pictures, 'get' | 'close'> = { get: () => Promise.resolve(undefined), close: NOTHING };

  private watched(context: CallContext): CallContext {
    const { authorize, readLimits } = context;
    return {
      ...context,
      // An answer that others wait for would be theirs, too.
      coalesced: false,
      instead: (operation, targets, lookUp) => this.instead(operation, targets, lookUp),
      ...(authorize && {
        authorize: async (operation, targets, call) => {
          const approval = await this.noting(operation, targets, call, () => authorize(operation, targets, call));
          // Of a read, its limits are judged next.
          if (!isRead(operation.verb)) this.note(operation, targets, { decision: 'allowed' });
          return approval;
        },
      }),
      ...(readLimits && {
        readLimits: {
          key: readLimits.key,
          narrow: (operation, query, call) =>
            this.noting(operation, [], call, () => readLimits.narrow(operation, query, call)),
          checkTargets: (operation, targets, call) =>
            this.noting(operation, targets, call, () => readLimits.checkTargets(operation, targets, call)),
          filterAnswer: (operation, answer, call) => readLimits.filterAnswer(operation, answer, call),
        },
      }),
    };
  }

  private instead(operation: Operation, targets: readonly Target[], lookUp: boolean): unknown {
    if (lookUp) throw this.lacks(undefined, notLookedUp(operation, targets));
    // Who the person is stands with the connection. Their name and time zone decide nothing.
    if (operation === GetAuthorizedUser) return this.person();
    if (isRead(operation.verb)) this.note(operation, targets, { decision: 'allowed' });
    throw this.lacks(operation, notAsked(operation));
  }

  private person() {
    const id = Number(this.caller.connection?.personId ?? 0);
    return { user: { id, username: null, email: '', week_start_day: 1, timezone: 'UTC' } };
  }

  private async noting<T>(
    operation: Operation,
    targets: readonly Target[],
    { path }: JudgedCall,
    judge: () => Promise<T>,
  ): Promise<T> {
    for (const [name, value] of Object.entries(path)) this.path.set(name, value);
    try {
      return await judge();
    } catch (thrown) {
      if (thrown instanceof NotSent) this.note(operation, targets, { decision: 'unknown', reason: thrown.unknown });
      else this.note(operation, targets, { decision: 'refused', ...whyRefused(AppError.of(thrown)) });
      throw thrown;
    }
  }

  private note(
    { id, verb }: Operation,
    targets: readonly Target[],
    how: Pick<JudgedRequest, 'decision' | 'layer' | 'reason'>,
  ): void {
    const objects = [...new Set(targets.map((target) => `${target.kind}:${target.id}`))];
    this.requests.set(JSON.stringify([id, objects]), { operation: id, effect: verb, objects, ...how });
  }

  private lacks(operation: Operation | undefined, notSent: NotSent): NotSent {
    this.unanswered.push({ operation, unknown: notSent.unknown });
    return notSent;
  }
}

/** Whose word an error is, and why. */
export function whyRefused({ message, details: { layer, reason } }: AppError): { layer?: string; reason: string } {
  return { ...(typeof layer === 'string' && { layer }), reason: typeof reason === 'string' ? reason : message };
}
