import { CONFIG, type Config } from '#libs/core';
import { type Provider } from '@nestjs/common';
import { Artifacts } from './artifacts/artifacts.service.js';
import { Rotations } from './artifacts/rotations.service.js';
import { AuthorizationServer } from './authorization-server.service.js';
import { Authorizations } from './authorizations.service.js';
import { ClientDocuments } from './clients/client-documents.js';
import { Clients } from './clients/clients.service.js';
import { RedirectUris } from './clients/redirect-uris.js';
import { Registration } from './clients/registration.js';
import { ConnectController } from './connect.controller.js';
import { MetadataController } from './metadata.controller.js';
import { OAuthController } from './oauth.controller.js';
import { SessionCodes } from './session-codes.service.js';
import { TokenClients } from './token-clients.service.js';

export const OAUTH_CONTROLLERS = [ConnectController, MetadataController, OAuthController];
export const OAUTH_PROVIDERS: Provider[] = [
  Artifacts,
  AuthorizationServer,
  Authorizations,
  ClientDocuments,
  Clients,
  Registration,
  Rotations,
  SessionCodes,
  TokenClients,
  { provide: RedirectUris, useFactory: (config: Config) => new RedirectUris(config), inject: [CONFIG] },
];
