import { ClickUpModule, ClickUpTransport, credential, DirectoryCache } from '#libs/clickup';
import { CONFIG, type Config } from '#libs/core';
import { Module } from '@nestjs/common';
import { OPERATOR_POLICY, operatorPolicy } from './operator-policy.js';
import { Permissions } from './permissions.service.js';

const LOOKUP_MS = 30_000;

@Module({
  imports: [ClickUpModule],
  providers: [
    Permissions,
    {
      provide: OPERATOR_POLICY,
      inject: [CONFIG, ClickUpTransport, DirectoryCache],
      useFactory: (config: Config, transport: ClickUpTransport, directories: DirectoryCache) => {
        const { CLICKUP_API_TOKEN: token, TEAM_ID } = config;
        const client = token === undefined ? undefined : transport.client({ credential: credential(token), person: 'operator', deadline: performance.now() + LOOKUP_MS, priority: 'interactive' });
        return operatorPolicy(config, client && directories.directory(client, TEAM_ID));
      },
    },
  ],
  exports: [OPERATOR_POLICY, Permissions],
})
export class PermissionsModule {}
