import { ClickUpModule } from '#libs/clickup';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { AdministeredClients } from './administered/administered-clients.service.js';
import { AdministeredConnections } from './administered/administered-connections.service.js';
import { AdministeredGrants } from './administered/administered-grants.service.js';
import { AdministeredPeople } from './administered/administered-people.service.js';
import { CredentialChecks } from './administered/credential-checks.service.js';
import { Bounds } from './bounds/bounds.service.js';
import { ClickUpClients } from './clickup-clients.service.js';
import { Connections } from './connections.service.js';
import { Grants } from './grants.service.js';
import { Invalidations } from './invalidations.service.js';
import { JwtGrants } from './jwt-grants.service.js';
import { KillSwitches } from './kill-switches/kill-switches.service.js';
import { PersonGrants } from './person-grants.service.js';
import { ServerUrls } from './server-urls.service.js';
import { WorkspacePolicies } from './workspace-policies/workspace-policies.service.js';

const SERVICES = [
  AdministeredClients,
  AdministeredConnections,
  AdministeredGrants,
  AdministeredPeople,
  Bounds,
  ClickUpClients,
  Connections,
  CredentialChecks,
  Grants,
  Invalidations,
  JwtGrants,
  KillSwitches,
  PersonGrants,
  ServerUrls,
  WorkspacePolicies,
];

@Module({ imports: [ClickUpModule, PermissionsModule], providers: SERVICES, exports: SERVICES })
export class ConnectionsModule {}
