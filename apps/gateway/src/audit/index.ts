import { AUDIT, AuditTrail } from '#libs/audit';
import { type Vault, VAULT } from '#libs/connections';
import { CONFIG, type Config, LOGGER } from '#libs/core';
import { type Provider } from '@nestjs/common';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { AuditActorRow } from './audit-actor.entity.js';
import { AuditEventRow } from './audit-event.entity.js';
import { AuditHeadRow } from './audit-head.entity.js';
import { AuditKeyRow } from './audit-key.entity.js';
import { AuditPushRow } from './audit-push.entity.js';
import { AuditKeys } from './audit-keys.js';
import { PostgresAuditRows } from './audit-rows.js';
import { sinkName } from './push/sink.js';
import { UsageDayRow } from './usage-day.entity.js';

export { AuditKeeper } from './audit-keeper.service.js';
export { AuditKeys } from './audit-keys.js';
export { PostgresAuditRows } from './audit-rows.js';
export { AuditPusher } from './push/audit-pusher.service.js';
export { type AnchoredHead, verifyTenant } from './verify.js';
export { eraseActor } from './erase.js';
export { forgetUnused, tellClosedDays } from './closed-days.js';

export const AUDIT_ENTITIES = [AuditActorRow, AuditEventRow, AuditHeadRow, AuditKeyRow, AuditPushRow, UsageDayRow];

/**
 * The trail of a process with a database.
 * @param pushUrl AUDIT_PUSH_URL: what is stored is marked for it
 */
export const auditTrail = (
  database: DataSource,
  vault: Vault | undefined,
  log: Pick<Logger, 'warn'>,
  pushUrl?: string,
): AuditTrail => {
  const sink = pushUrl === undefined ? undefined : sinkName(pushUrl);
  return new AuditTrail(new PostgresAuditRows(database, new AuditKeys(vault), sink), log);
};

export const AUDIT_PROVIDER: Provider = {
  provide: AUDIT,
  inject: [DataSource, VAULT, LOGGER, CONFIG],
  useFactory: (
    database: DataSource,
    vault: Vault | undefined,
    log: Logger,
    { AUDIT_PUSH_URL }: Pick<Config, 'AUDIT_PUSH_URL'>,
  ) => auditTrail(database, vault, log, AUDIT_PUSH_URL),
};
