import { type Forecast } from '#libs/limits';
import { type ServerContext } from '@modelcontextprotocol/server';
import { type Elicitation } from '../elicitation/elicitation.js';
import { type Origin } from './origin.js';

/** What the transport that framed a call gives to it; HTTP is one, others may come. */
export interface TransportContext {
  /** Where the call came from, for its line in the log. */
  from?: Origin;
  /** Fires when the client goes away. */
  signal?: AbortSignal;
  /** Has this done once the answer is in the client's connection in full; it is not where the client, or this process, has gone before. */
  whenDelivered?: (work: () => void) => void;
  /** Tells the client how far the call has come; missing where the client did not ask for it. */
  progress?(done: number, total: number | undefined, message: string): void;
  /** Tells the client that a request has to wait long for ClickUp's rate limit. */
  waiting?: (forecast: Forecast) => void;
  /** Has the audit store that the call begins to write, before its first write leaves; see `CallAudit`. */
  beforeWrites?: (operation: string, objects: readonly string[]) => Promise<void>;
  /** What the client can ask its user; undefined where it cannot. */
  asks?: Elicitation | undefined;
  /** Only where the SDK framed the call; tools of an extension may need it. */
  context?: ServerContext;
}
