import { type Caller } from '../caller.js';

/** Whether a caller works by a client: that is named by its `client_id`, or by the kind of its credential. */
export const isOfClient = ({ kind, clientId }: Pick<Caller, 'kind' | 'clientId'>, client: string): boolean =>
  kind === client || clientId === client;
