import Provider, { type Adapter, type Client } from 'oidc-provider';
import { type Artifacts, type Issued } from './artifacts/artifacts.service.js';
import { type FirstAnswer, type Rotation, type Rotations } from './artifacts/rotations.service.js';
import { type Clients } from './clients/clients.service.js';
import { refuseDroppedRedirect } from './clients/dropped-redirects.js';

/** Of one request to `/token`, in the library's `ctx.state`. */
export interface TokenState {
  /** A refresh token that was presented, and its successor: nothing of it is stored before the access token is made. */
  rotation?: Omit<Rotation, 'access'>;
  /** The access token for a code: stored with the refresh token that follows it. */
  access?: Issued;
  firstAnswer?: FirstAnswer | undefined;
}

const nothing = () => Promise.resolve(undefined);
const NOT_KEPT: Adapter = {
  upsert: nothing,
  find: nothing,
  findByUserCode: nothing,
  findByUid: nothing,
  consume: nothing,
  destroy: nothing,
  revokeByGrantId: nothing,
};

/** Whether a client is given refresh tokens. */
export const mayRefresh = (client: Client): boolean => client.grantTypeAllowed('refresh_token');

/** oidc-provider's storage. A model without a row here is not kept: above all Session, because nobody is logged in. */
export function adapterFactory(
  artifacts: Artifacts,
  rotations: Pick<Rotations, 'rotate'>,
  clients: Pick<Clients, 'find' | 'findAgain' | 'upsert'>,
): (model: string) => Adapter {
  /**
   * Codes and tokens: they live and die with their grant, so there is nothing to revoke or destroy one by one. The library
   * destroys a token before it ends the grant. If the process died between the two, a client that repeats the request would hear that all
   * is revoked (RFC 7009: the token is unknown) while the session goes on.
   */
  const issued = (model: string, consume: (id: string) => Promise<void>): Adapter => ({
    ...NOT_KEPT,
    find: (id) => artifacts.find(model, id),
    upsert: (id, payload, seconds) => issue({ model, id, payload, seconds: seconds! }),
    consume,
  });
  const issue = async (one: Issued): Promise<void> => {
    const grantId = one.payload.grantId!;
    const { oidc, state } = Provider.ctx!;
    const held = state as TokenState;
    const used = oidc.entities.RotatedRefreshToken?.jti;
    // The library makes the access token first, and then a refresh token for every client that may have one.
    if (used === undefined && one.model === 'AccessToken' && mayRefresh(oidc.client!)) held.access = one;
    else if (used === undefined)
      await artifacts.storeIssued(grantId, ...(one.model === 'RefreshToken' && held.access ? [held.access] : []), one);
    else if (one.model === 'RefreshToken') held.rotation = { grantId, used, refresh: one };
    else held.firstAnswer = await rotations.rotate({ ...held.rotation!, access: one });
  };
  const findClient = (id: string) =>
    ['token', 'revocation'].includes(Provider.ctx?.oidc.route ?? '') ? clients.find(id) : clients.findAgain(id);
  const models: Readonly<Record<string, Adapter>> = {
    Client: { ...NOT_KEPT, find: findClient, upsert: (id, metadata) => clients.upsert(id, metadata) },
    Interaction: {
      ...NOT_KEPT,
      find: (id) => artifacts.find('Interaction', id),
      upsert: (id, payload, seconds) => artifacts.store('Interaction', id, payload, seconds!),
      // The statement that stores its code uses an approved one up, and refuses what was used before.
      destroy: (id) =>
        Provider.ctx?.oidc.entities.Interaction?.result?.consent?.grantId === undefined
          ? artifacts.leave(id)
          : Promise.resolve(),
    },
    Grant: {
      ...NOT_KEPT,
      find: (id) => artifacts.find('Grant', id),
      upsert: (id, payload, seconds) => artifacts.storeGrant(id, payload, seconds!),
      destroy: (id) => artifacts.revoke(id),
    },
    AuthorizationCode: issued('AuthorizationCode', (id) => {
      refuseDroppedRedirect(Provider.ctx!);
      return artifacts.consumeCode(id);
    }),
    // `rotate` uses it up, in the transaction that stores its successor.
    RefreshToken: issued('RefreshToken', nothing),
    AccessToken: issued('AccessToken', nothing),
  };
  return (model) => models[model] ?? NOT_KEPT;
}
