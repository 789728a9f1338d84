import { Artifacts } from './artifacts.service.js';
import { AuthorizationServer } from './authorization-server.service.js';
import { Authorizations } from './authorizations.service.js';
import { Clients } from './clients.service.js';
import { ConnectController } from './connect.controller.js';
import { MetadataController } from './metadata.controller.js';
import { OAuthController } from './oauth.controller.js';
import { TokenClients } from './token-clients.service.js';

export const OAUTH_CONTROLLERS = [ConnectController, MetadataController, OAuthController];
export const OAUTH_PROVIDERS = [Artifacts, AuthorizationServer, Authorizations, Clients, TokenClients];
