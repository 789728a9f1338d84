import { AdminSession } from './access/admin-session.entity.js';
import { IdempotentAnswer } from './rest/idempotent-answer.entity.js';

export { AdminModule } from './admin.module.js';
export { EXPORT_FORMATS, exportedLine, exportedLines, type ExportFormat, headerOf } from './audit/export.js';
export { type AuditQuestion, searchEvents } from './audit/search.js';
export { auditedTenants, type EventPosition, eventsOf, headsOf, type StoredEvent } from './audit/stored-events.js';
export { usageOf } from './usage/usage-report.js';
export { checkSsoConfig } from './sso/check-sso-config.js';
export { ApiDocument } from './openapi/api-document.service.js';

export const ADMIN_ENTITIES = [AdminSession, IdempotentAnswer];
