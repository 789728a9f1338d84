import { type Policy } from '#libs/permissions';
import { type Caller } from '../caller.js';
import { isOfClient } from '../kill-switches/of-client.js';

/** Whether the list of a Workspace lets in whoever comes so; without a list everybody is. */
export const letsIn = (clients: Policy['clients'], who: Pick<Caller, 'kind' | 'clientId'>): boolean =>
  !clients || clients.some((client) => isOfClient(who, client));
