import { type Adapter, type AdapterPayload } from 'oidc-provider';
import { type Artifacts } from './artifacts.service.js';

/** Where clients come from. */
export interface ClientSource {
  find(id: string): Promise<AdapterPayload | undefined>;
  upsert(id: string, metadata: AdapterPayload): Promise<void>;
}

const nothing = () => Promise.resolve(undefined);
const NOT_KEPT: Adapter = { upsert: nothing, find: nothing, findByUserCode: nothing, findByUid: nothing, consume: nothing, destroy: nothing, revokeByGrantId: nothing };

/** oidc-provider's storage. A model without a row here is not kept: above all Session, because nobody is logged in. */
export function adapterFactory(artifacts: Artifacts, clients: ClientSource): (model: string) => Adapter {
  /**
   * Codes and tokens: they live and die with their grant, so there is nothing to revoke or destroy one by one. The library
   * destroys a token before it ends the grant; were that a step of its own and the process died after it, the client that
   * asks again would hear that all is revoked (RFC 7009: the token is unknown) while the session goes on.
   */
  const issued = (model: string, consume: (id: string) => Promise<void>): Adapter => ({
    ...NOT_KEPT,
    find: (id) => artifacts.find(model, id),
    upsert: (id, payload, seconds) => artifacts.storeOf(payload.grantId!, model, id, payload, seconds!, true),
    consume,
  });
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
      upsert: (id, payload, seconds) => artifacts.storeOf(id, 'Grant', id, payload, seconds!, false),
      destroy: (id) => artifacts.revoke(id),
    },
    AuthorizationCode: issued('AuthorizationCode', (id) => artifacts.consumeCode(id)),
    RefreshToken: issued('RefreshToken', (id) => artifacts.consumeRefreshToken(id)),
    AccessToken: issued('AccessToken', nothing),
  };
  return (model) => models[model] ?? NOT_KEPT;
}
