import { type Target } from '../../operation.js';

/** Attachments are named by UUIDs (with a file extension), tasks never are. */
const ATTACHMENT = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** The tasks and attachments that a Custom Field value joins to a task or takes from it; people are numbers, and are not judged. */
export function objectsInValue(value: unknown): Target[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { add, rem } = value as { add?: unknown; rem?: unknown };
  return [add, rem]
    .flatMap((ids): unknown[] => (Array.isArray(ids) ? ids : []))
    .flatMap((id): Target[] =>
      typeof id === 'string' ? [{ kind: ATTACHMENT.test(id) ? 'attachment' : 'task', id }] : [],
    );
}
