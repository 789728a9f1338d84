import { type User, type Workspace } from './types.js';

export interface AuditEvent {
  id: string;
  workspace: Workspace;
  /** Who did it. */
  user: User;
  type: string;
  status: 'success' | 'failed';
  /** Unix milliseconds. */
  at: number;
  details: Readonly<Record<string, string | number>>;
}

/** The part of the log that an event is found in, by how its name begins. */
const PARTS: readonly (readonly [prefix: string, part: string])[] = [
  ['TASK_', 'hierarchy-activity'],
  ['FIELD_', 'custom-fields'],
  ['', 'auth-and-security'],
];
export const partOf = ({ type }: AuditEvent): string =>
  PARTS.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other-activity';

/** What happened in the Workspaces, oldest first. */
export class AuditLog {
  readonly events: AuditEvent[] = [];

  record(
    workspace: Workspace,
    user: User,
    type: string,
    at: number,
    details: AuditEvent['details'] = {},
    status: AuditEvent['status'] = 'success',
  ): void {
    this.events.push({
      id: `audit-${String(this.events.length + 1).padStart(8, '0')}`,
      workspace,
      user,
      type,
      status,
      at,
      details,
    });
  }
}
