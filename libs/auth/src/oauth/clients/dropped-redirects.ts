import { type KoaContextWithOIDC, type Provider, errors } from 'oidc-provider';
import { type RedirectUris } from './redirect-uris.js';

/** A redirect that was good when the person was asked, and is not any more. */
export interface DroppedRedirect {
  redirectUri: string;
  clientId: string;
}

/** From now on a redirect that a client registered counts only as long as the operator's list has it: the library's own question, asked of both. */
export function askTheList({ Client }: Provider, redirects: RedirectUris): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its client below
  const { redirectUriAllowed } = Client.prototype;
  Client.prototype.redirectUriAllowed = function (uri) {
    return redirectUriAllowed.call(this, uri) && redirects.mayReceive(uri, this.redirectUris ?? []);
  };
}

/** Asks again before the library answers an authorization: it takes a redirect that it has checked once for good. */
export async function droppedRedirect(
  { Interaction, Client }: Provider,
  uid: string,
): Promise<DroppedRedirect | undefined> {
  const interaction = await Interaction.find(uid);
  const { client_id: clientId, redirect_uri: redirectUri } = (interaction?.params ?? {}) as {
    client_id?: string;
    redirect_uri?: string;
  };
  if (clientId === undefined || redirectUri === undefined) return undefined;
  const client = await Client.find(clientId).catch((error: unknown) => {
    // A client that cannot be had gets no answer anyway; the library says why.
    if (error instanceof errors.OIDCProviderError) return undefined;
    throw error;
  });
  return client && !client.redirectUriAllowed(redirectUri) ? { redirectUri, clientId } : undefined;
}

/**
 * Asks again before a code is used up.
 * @throws InvalidGrant
 */
export function refuseDroppedRedirect({ oidc }: KoaContextWithOIDC): void {
  if (!oidc.client!.redirectUriAllowed(String(oidc.params!.redirect_uri)))
    throw new errors.InvalidGrant('the redirect_uri is not allowed any more');
}
