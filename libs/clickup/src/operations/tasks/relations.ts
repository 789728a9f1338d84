import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { CustomIdQuery } from './custom-id.js';
import { Nothing, Task } from '../entities/index.js';

/** Both ends of a dependency; exactly one of the two is given. */
const Other = z.strictObject({ depends_on: z.string().optional(), dependency_of: z.string().optional() });
const others = ({ depends_on, dependency_of }: z.output<typeof Other>): Target[] =>
  [depends_on, dependency_of].flatMap((id) => (id ? [{ kind: 'task', id }] : []));

export const AddDependency = operation({
  id: 'AddDependency',
  method: 'POST',
  path: '/api/v2/task/{task_id}/dependency',
  verb: 'add',
  toolset: 'relations',
  summary: 'Makes a task wait on another one, or block it: exactly one of depends_on and dependency_of.',
  query: CustomIdQuery,
  body: Other,
  response: Nothing,
  targets: ({ body }) => others(body),
});

export const DeleteDependency = operation({
  id: 'DeleteDependency',
  method: 'DELETE',
  path: '/api/v2/task/{task_id}/dependency',
  verb: 'remove',
  toolset: 'relations',
  summary: 'Ends that a task waits on another one, or blocks it.',
  query: CustomIdQuery.extend(Other.shape),
  response: Nothing,
  targets: ({ query }) => others(query),
});

export const AddTaskLink = operation({
  id: 'AddTaskLink',
  method: 'POST',
  path: '/api/v2/task/{task_id}/link/{links_to}',
  verb: 'add',
  toolset: 'relations',
  summary: 'Links two tasks without a direction.',
  query: CustomIdQuery,
  response: z.strictObject({ task: Task }),
});

export const DeleteTaskLink = operation({
  id: 'DeleteTaskLink',
  method: 'DELETE',
  path: '/api/v2/task/{task_id}/link/{links_to}',
  verb: 'remove',
  toolset: 'relations',
  summary: 'Takes the link between two tasks away.',
  query: CustomIdQuery,
  // Optional: after a repetition that finds nothing left the answer is empty.
  response: z.strictObject({ task: Task.optional() }),
});
