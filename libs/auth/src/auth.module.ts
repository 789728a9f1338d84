import { CONFIG, type Config } from '#libs/core';
import { Module } from '@nestjs/common';
import { Access } from './access.js';
import { ClientDocuments } from './oauth/client-documents.js';
import { RedirectUris } from './oauth/redirect-uris.js';
import { Registration } from './oauth/registration.js';

@Module({
  providers: [Access, ClientDocuments, Registration, { provide: RedirectUris, useFactory: (config: Config) => new RedirectUris(config), inject: [CONFIG] }],
  exports: [Access],
})
export class AuthModule {}
