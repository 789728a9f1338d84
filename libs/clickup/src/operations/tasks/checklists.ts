import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from './custom-id.js';
import { Checklist, Nothing } from '../entities/index.js';

const WithChecklist = z.strictObject({ checklist: Checklist });

export const CreateChecklist = operation({
  id: 'CreateChecklist',
  method: 'POST',
  path: '/api/v2/task/{task_id}/checklist',
  verb: 'create',
  toolset: 'checklists',
  summary: 'Adds an empty checklist to a task.',
  query: CustomIdQuery,
  body: z.strictObject({ name: z.string() }),
  response: WithChecklist,
});

export const EditChecklist = operation({
  id: 'EditChecklist',
  method: 'PUT',
  path: '/api/v2/checklist/{checklist_id}',
  verb: 'update',
  toolset: 'checklists',
  summary: 'Renames a checklist or moves it up or down among those of its task.',
  body: z.strictObject({
    name: z.string().optional(),
    /** 0 is the top. */
    position: z.int().optional(),
  }),
  response: Nothing,
});

export const DeleteChecklist = operation({
  id: 'DeleteChecklist',
  method: 'DELETE',
  path: '/api/v2/checklist/{checklist_id}',
  verb: 'delete',
  toolset: 'checklists',
  summary: 'Deletes a checklist with its items.',
  response: Nothing,
});

export const CreateChecklistItem = operation({
  id: 'CreateChecklistItem',
  method: 'POST',
  path: '/api/v2/checklist/{checklist_id}/checklist_item',
  verb: 'create',
  toolset: 'checklists',
  summary: 'Adds an item to a checklist, for somebody or for nobody.',
  body: z.strictObject({ name: z.string().optional(), assignee: z.int().optional() }),
  response: WithChecklist,
});

export const EditChecklistItem = operation({
  id: 'EditChecklistItem',
  method: 'PUT',
  path: '/api/v2/checklist/{checklist_id}/checklist_item/{checklist_item_id}',
  verb: 'update',
  toolset: 'checklists',
  summary: 'Renames a checklist item, ticks it off, assigns it or puts it below another item.',
  body: z.strictObject({
    name: z.string().optional(),
    /** A person's id as text; null takes the person away. */
    assignee: z.string().nullable().optional(),
    resolved: z.boolean().optional(),
    /** Another item of the same checklist; null puts it back to the top level. */
    parent: z.string().nullable().optional(),
  }),
  response: WithChecklist,
});

export const DeleteChecklistItem = operation({
  id: 'DeleteChecklistItem',
  method: 'DELETE',
  path: '/api/v2/checklist/{checklist_id}/checklist_item/{checklist_item_id}',
  verb: 'delete',
  toolset: 'checklists',
  summary: 'Deletes one item of a checklist, with the items below it.',
  response: Nothing,
});
