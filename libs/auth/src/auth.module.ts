import { ConnectionsModule } from '#libs/connections';
import { Module } from '@nestjs/common';
import { Access } from './access.js';
import { Authentication } from './authentication.js';

@Module({ imports: [ConnectionsModule], providers: [Access, Authentication], exports: [Access] })
export class AuthModule {}
