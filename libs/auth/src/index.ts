import { ProofRow } from './consent/proof.entity.js';
import { OAuthArtifact } from './oauth/artifacts/oauth-artifact.entity.js';
import { OAuthClient } from './oauth/clients/oauth-client.entity.js';

export { Access } from './access/access.js';
export { presentedCredential } from './access/presented-credential.js';
export { INBOUND_ROWS } from './access/caller-limits.js';
export { CallerTiers } from './access/caller-tiers.js';
export { AuthModule } from './auth.module.js';
export { checkAuthConfig } from './check-auth-config.js';
export { AREAS } from './consent/choice/areas.js';
export { type Flow } from './consent/flow.js';
export { Proofs } from './consent/proofs.service.js';
export { Flows } from './consent/flows.service.js';
export { SignIn } from './consent/sign-in.service.js';
export { Authorizations } from './oauth/authorizations.service.js';
export { RedirectUris } from './oauth/clients/redirect-uris.js';
export { Registration } from './oauth/clients/registration.js';

export const AUTH_ENTITIES = [OAuthArtifact, OAuthClient, ProofRow];
