import { type Interaction, type KoaContextWithOIDC, type Provider, errors } from 'oidc-provider';
import { type RedirectUris } from './redirect-uris.js';

/** A redirect that was good when the person was asked, and is not any more. */
export interface DroppedRedirect {
  redirectUri: string;
  clientId: string;
}

/** Makes the library accept a redirect that a client registered only while it is on the allow list. */
export function requireAllowed({ Client }: Provider, redirects: RedirectUris): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its client below
  const { redirectUriAllowed } = Client.prototype;
  Client.prototype.redirectUriAllowed = function (uri) {
    return redirectUriAllowed.call(this, uri) && redirects.mayReceive(uri, this.redirectUris ?? []);
  };
}

/** Checks the redirect again before the library answers an authorization, because the library checks it at the start only. */
export async function droppedRedirect(
  { Client }: Provider,
  { params }: Pick<Interaction, 'params'>,
): Promise<DroppedRedirect | undefined> {
  const { client_id: clientId, redirect_uri: redirectUri } = params as { client_id?: string; redirect_uri?: string };
  if (clientId === undefined || redirectUri === undefined) return undefined;
  const client = await Client.find(clientId).catch((error: unknown) => {
    // Without its client the authorization fails anyway, and the library says why.
    if (error instanceof errors.OIDCProviderError) return undefined;
    throw error;
  });
  return client && !client.redirectUriAllowed(redirectUri) ? { redirectUri, clientId } : undefined;
}

/**
 * Checks the redirect again before a code is used up.
 * @throws InvalidGrant
 */
export function refuseDroppedRedirect({ oidc }: KoaContextWithOIDC): void {
  if (!oidc.client!.redirectUriAllowed(String(oidc.params!.redirect_uri)))
    throw new errors.InvalidGrant('the redirect_uri is not allowed any more');
}
