import { type Operation, operationById } from '#libs/clickup';
import { type Arguments, type Ids, SPRINT_42 } from './sample.js';

/** Sends one request to a fresh sandbox and answers its body. */
export type Send = (row: Operation, args: Arguments) => Promise<any>;

/** Makes what samples need: a task with comments and a subtask, a comment with a reply, a time entry, a running timer. */
export async function prepare(send: Send): Promise<Ids> {
  const call = (id: string, args: Arguments = {}) => send(operationById(id) as Operation, args);
  const { user } = await call('GetAuthorizedUser');
  const { tasks } = await call('GetTasks', { path: { list_id: SPRINT_42 }, query: { order_by: 'created' } });
  const task = tasks.find(({ name }: { name: string }) => name.includes('memory leak')).id;
  const { comments } = await call('GetTaskComments', { path: { task_id: task } });
  const comment = comments[0].id;
  await call('CreateThreadedComment', {
    path: { comment_id: comment },
    body: { comment_text: 'r', notify_all: false },
  });
  await call('CreateListComment', { path: { list_id: SPRINT_42 }, body: { comment_text: 'l', notify_all: false } });
  const { data: entries } = await call('Gettimeentrieswithinadaterange', { path: { team_Id: '12345' } });
  await call('StartatimeEntry', { path: { team_Id: '12345' }, body: { tid: task } });
  return { task, comment, entry: entries[0].id, owner: String(user.id) };
}
