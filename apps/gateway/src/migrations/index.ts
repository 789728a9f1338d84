import { Confirmations1763683200000 } from './1763683200000-confirmations.js';
import { Connections1763769600000 } from './1763769600000-connections.js';
import { PendingCalls1764288000000 } from './1764288000000-pending-calls.js';
import { RequestedItems1764374400000 } from './1764374400000-requested-items.js';
import { SessionOrigins1764460800000 } from './1764460800000-session-origins.js';
import { Jobs1764547200000 } from './1764547200000-jobs.js';
import { UpstreamBudgets1764633600000 } from './1764633600000-upstream-budgets.js';
import { BegunCreations1764806400000 } from './1764806400000-begun-creations.js';
import { JobsTold1764892800000 } from './1764892800000-jobs-told.js';
import { InboundCounts1764979200000 } from './1764979200000-inbound-counts.js';
import { ServerUrls1765022400000 } from './1765022400000-server-urls.js';
import { JwtSessions1765022500000 } from './1765022500000-jwt-sessions.js';
import { Streams1765022600000 } from './1765022600000-streams.js';
import { TenantExpiries1765065600000 } from './1765065600000-tenant-expiries.js';
import { ReaperIndexes1765152000000 } from './1765152000000-reaper-indexes.js';
import { OwnGrants1765238400000 } from './1765238400000-own-grants.js';
import { Audit1765324800000 } from './1765324800000-audit.js';
import { Administration1765411200000 } from './1765411200000-administration.js';
import { GrantsByAge1765411300000 } from './1765411300000-grants-by-age.js';
import { WorkspacePolicies1765497600000 } from './1765497600000-workspace-policies.js';
import { Approvals1765584000000 } from './1765584000000-approvals.js';
import { Billing1765670400000 } from './1765670400000-billing.js';
import { SingleSignOn1765756800000 } from './1765756800000-single-sign-on.js';
import { AuditDays1765843200000 } from './1765843200000-audit-days.js';

/** In the order they run. Imported one by one: a glob would also find source maps and specs. */
export const MIGRATIONS = [
  Confirmations1763683200000,
  Connections1763769600000,
  PendingCalls1764288000000,
  RequestedItems1764374400000,
  SessionOrigins1764460800000,
  Jobs1764547200000,
  UpstreamBudgets1764633600000,
  BegunCreations1764806400000,
  JobsTold1764892800000,
  InboundCounts1764979200000,
  ServerUrls1765022400000,
  JwtSessions1765022500000,
  Streams1765022600000,
  TenantExpiries1765065600000,
  ReaperIndexes1765152000000,
  OwnGrants1765238400000,
  Audit1765324800000,
  Administration1765411200000,
  GrantsByAge1765411300000,
  WorkspacePolicies1765497600000,
  Approvals1765584000000,
  Billing1765670400000,
  SingleSignOn1765756800000,
  AuditDays1765843200000,
];
