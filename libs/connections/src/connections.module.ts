import { ClickUpModule } from '#libs/clickup';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { AdministeredConnections } from './administered/administered-connections.service.js';
import { AdministeredGrants } from './administered/administered-grants.service.js';
import { AdministeredPeople } from './administered/administered-people.service.js';
import { ClickUpClients } from './clickup-clients.service.js';
import { Connections } from './connections.service.js';
import { Grants } from './grants.service.js';
import { Invalidations } from './invalidations.service.js';
import { JwtGrants } from './jwt-grants.service.js';
import { PersonGrants } from './person-grants.service.js';
import { ServerUrls } from './server-urls.service.js';

@Module({
  imports: [ClickUpModule, PermissionsModule],
  providers: [
    AdministeredConnections,
    AdministeredGrants,
    AdministeredPeople,
    ClickUpClients,
    Connections,
    Grants,
    Invalidations,
    JwtGrants,
    PersonGrants,
    ServerUrls,
  ],
  exports: [
    AdministeredConnections,
    AdministeredGrants,
    AdministeredPeople,
    ClickUpClients,
    Connections,
    Grants,
    Invalidations,
    JwtGrants,
    PersonGrants,
    ServerUrls,
  ],
})
export class ConnectionsModule {}
