import { OAuthArtifact } from './oauth/oauth-artifact.entity.js';
import { OAuthClient } from './oauth/clients/oauth-client.entity.js';
import { ProofRow } from './pages/proof.entity.js';

export { Access } from './access/access.js';
export { AuthModule } from './auth.module.js';
export { checkAuthConfig } from './check-config.js';
export { Authorizations, type PendingAuthorization } from './oauth/authorizations.service.js';
export { RedirectUris } from './oauth/clients/redirect-uris.js';
export { Registration } from './oauth/clients/registration.js';
export { Pages } from './pages/index.js';
export { PublicUrl } from './public-url.js';
export { allowedMethods, type RoutePolicy, routePolicy, ROUTES } from './routes.js';

export const AUTH_ENTITIES = [OAuthArtifact, OAuthClient, ProofRow];
