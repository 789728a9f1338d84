import { z } from 'zod';
import { Ref } from '../arguments/inputs.js';

const OperationId = z.string().min(1).max(100).describe('operationId from search_operations');
/** Free-form on the wire; the row of the operation checks every name and value before anything is sent. */
const Free = z.record(z.string().max(64), z.unknown());

/** Arguments of both callers; few reads have a body (the audit log), fewer writes have a list as body (time estimates). */
export const CALL_INPUT = {
  operation: OperationId,
  path: z.record(z.string().max(64), z.string().max(512)).optional(),
  query: Free.optional(),
  body: Free.optional(),
  parent: z
    .strictObject({ task_id: Ref, list_id: Ref, view_id: Ref, comment_id: Ref })
    .partial()
    .optional()
    .describe('Where a comment or checklist lies, when only some places were granted; comment_id: of the thread'),
};
export const CALL_OUTPUT = z.strictObject({ answer: z.unknown(), cut: z.string().optional() });

/** ClickUp's JSON and nothing around it, unless something was left out. */
export const textOfAnswer = ({ answer, cut }: { answer?: unknown; cut?: string | undefined }): string =>
  [JSON.stringify(answer), cut].filter(Boolean).join('\n\n');
