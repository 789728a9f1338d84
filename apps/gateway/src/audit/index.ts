import { AUDIT, AuditTrail } from '#libs/audit';
import { type Vault, VAULT } from '#libs/connections';
import { LOGGER } from '#libs/core';
import { type Provider } from '@nestjs/common';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { AuditActorRow } from './audit-actor.entity.js';
import { AuditEventRow } from './audit-event.entity.js';
import { AuditHeadRow } from './audit-head.entity.js';
import { AuditKeyRow } from './audit-key.entity.js';
import { AuditKeys } from './audit-keys.js';
import { PostgresAuditRows } from './audit-rows.js';

export { AuditKeeper } from './audit-keeper.service.js';
export { AuditKeys } from './audit-keys.js';
export { EXPORT_FORMATS, exportedLines, type ExportFormat, headerOf } from './export.js';
export { auditedTenants, headsOf } from './stored-events.js';
export { type AnchoredHead, verifyTenant } from './verify.js';
export { eraseActor } from './erase.js';
export { forgetUnused, tellClosedDays } from './closed-days.js';

export const AUDIT_ENTITIES = [AuditActorRow, AuditEventRow, AuditHeadRow, AuditKeyRow];

/** The trail of a process with a database. */
export const auditTrail = (database: DataSource, vault: Vault | undefined, log: Pick<Logger, 'warn'>): AuditTrail =>
  new AuditTrail(new PostgresAuditRows(database, new AuditKeys(vault)), log);

export const AUDIT_PROVIDER: Provider = {
  provide: AUDIT,
  inject: [DataSource, VAULT, LOGGER],
  useFactory: auditTrail,
};
