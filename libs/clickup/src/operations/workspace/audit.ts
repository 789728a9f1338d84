import { z } from 'zod';
import { operation } from '../../operation.js';
import { AUDIT_EVENTS } from './audit-events.js';

const Event = z.enum(AUDIT_EVENTS);

export const queryAuditLog = operation({
  id: 'queryAuditLog',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/auditlogs',
  // A read in spite of POST, and of a document that says "create": it changes nothing.
  verb: 'search',
  risk: 'admin',
  toolset: 'audit',
  summary: 'Searches the audit log of a Workspace: logins, roles, people, tasks, fields (Enterprise, owner only).',
  body: z.strictObject({
    applicability: z
      .enum([
        'agent-settings-activity',
        'auth-and-security',
        'custom-fields',
        'hierarchy-activity',
        'user-activity',
        'other-activity',
      ])
      .optional(),
    filter: z
      .strictObject({
        workspaceId: z.string().optional(),
        userId: z.array(z.string()).optional(),
        userEmail: z.array(z.string()).optional(),
        eventType: z.union([Event, z.array(Event)]).optional(),
        eventStatus: z
          .enum(['success', 'failed', 'warn', 'skipped', 'started', 'completed', 'error', 'system_error'])
          .optional(),
        /** Unix milliseconds, like every time here. */
        startTime: z.number().optional(),
        endTime: z.number().optional(),
      })
      .optional(),
    pagination: z
      .strictObject({
        pageRows: z.number().optional(),
        /** The time of the last row of the page before; of the first page: now. */
        pageTimestamp: z.number().optional(),
        pageDirection: z.enum(['before', 'after']).optional(),
      })
      .optional(),
  }),
  // The document says that there is an answer, but not which.
  response: z.looseObject({}),
  targets: ({ body }) => (body?.filter?.workspaceId ? [{ kind: 'workspace', id: body.filter.workspaceId }] : []),
});
