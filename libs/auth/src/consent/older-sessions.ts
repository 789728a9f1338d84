import { type OwnGrant } from '#libs/connections';
import { addressOf } from '../oauth/authorizations.service.js';
import { isLoopbackOnly } from '../oauth/clients/redirect-uris.js';
import { type Asking } from './flow.js';

/** A session of the same client, which a new one may take the place of. */
export interface OlderSession extends Pick<OwnGrant, 'id' | 'label' | 'createdAt' | 'lastUsedAt'> {
  ticked: boolean;
}

/**
 * The live sessions of the client that asks: by its id, or by name and address, because hosted clients register anew each time.
 * @param grants of the same person in the same Workspace
 * @param ticked what the form said; undefined = it was not shown yet. Then those of a website are ticked, where one account needs one session;
 *   an application on a computer may have the older one on another computer.
 */
export function olderSessions(
  grants: readonly OwnGrant[],
  { id, name, redirectUri }: Asking,
  ticked?: readonly string[],
): OlderSession[] {
  const address = addressOf(redirectUri);
  const hosted = !isLoopbackOnly([redirectUri]) && redirectUri.startsWith('https:');
  return grants
    .filter(
      ({ kind, clientId, label, address: known }) =>
        (kind === 'session' || kind === 'jwt') && (clientId === id || (label === name && known === address)),
    )
    .map(({ id: grant, label, createdAt, lastUsedAt }) => ({
      id: grant,
      label,
      createdAt,
      lastUsedAt,
      ticked: ticked ? ticked.includes(grant) : hosted,
    }));
}
