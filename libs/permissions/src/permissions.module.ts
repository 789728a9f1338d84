import { Module } from '@nestjs/common';
import { Permissions } from './permissions.service.js';

@Module({ providers: [Permissions], exports: [Permissions] })
export class PermissionsModule {}
