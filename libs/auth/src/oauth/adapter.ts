import Provider, { type Adapter } from 'oidc-provider';
import { type Artifacts, type Issued } from './artifacts/artifacts.service.js';
import { type FirstAnswer, type Rotation, type Rotations } from './artifacts/rotations.service.js';
import { type Clients } from './clients/clients.service.js';
import { refuseDroppedRedirect } from './clients/dropped-redirects.js';

/** Of one request to `/token`, in the library's `ctx.state`. */
export interface TokenState {
  /** A refresh token that was presented, and its successor: nothing of it is stored before the access token is made. */
  rotation?: Omit<Rotation, 'access'>;
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

/** oidc-provider's storage. A model without a row here is not kept: above all Session, because nobody is logged in. */
export function adapterFactory(
  artifacts: Artifacts,
  rotations: Pick<Rotations, 'rotate'>,
  clients: Pick<Clients, 'find' | 'upsert'>,
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
    if (used === undefined) return artifacts.storeIssued(grantId, one);
    if (one.model === 'RefreshToken') held.rotation = { grantId, used, refresh: one };
    else held.firstAnswer = await rotations.rotate({ ...held.rotation!, access: one });
  };
  const models: Readonly<Record<string, Adapter>> = {
    Client: { ...NOT_KEPT, find: (id) => clients.find(id), upsert: (id, metadata) => clients.upsert(id, metadata) },
    Interaction: {
      ...NOT_KEPT,
      find: (id) => artifacts.find('Interaction', id),
      upsert: (id, payload, seconds) => artifacts.store('Interaction', id, payload, seconds!),
      destroy: (id) => artifacts.leave(id),
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
