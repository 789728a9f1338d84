import { Approval } from './approval.entity.js';
import { Reader } from './reader.entity.js';

export { ApprovalsModule } from './approvals.module.js';
export { Approvals, type Asked, type Change } from './approvals.service.js';
export { type Answer, Decisions, type Pending, type WaitingForOther } from './decisions.service.js';
export { Readers } from './readers.service.js';

export const APPROVAL_ENTITIES = [Approval, Reader];
