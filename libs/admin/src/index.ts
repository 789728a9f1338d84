import { AdminSession } from './access/admin-session.entity.js';
import { IdempotentAnswer } from './rest/idempotent-answer.entity.js';

export { AdminModule } from './admin.module.js';
export { ApiDocument } from './openapi/api-document.service.js';

export const ADMIN_ENTITIES = [AdminSession, IdempotentAnswer];
