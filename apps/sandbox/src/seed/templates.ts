import { type FolderTemplate, type ListTemplate, type TaskTemplate } from '../world/templates.js';
import { type World } from '../world/world.js';

const HOUR = 3_600_000;
const BUG = 1002;

const task = (name: string, rest: Partial<TaskTemplate> = {}): TaskTemplate => ({
  name,
  markdown: '',
  priority: null,
  tags: [],
  estimate: null,
  taskType: 0,
  status: 0,
  subtasks: [],
  due: null,
  ...rest,
});
const list = (name: string, content: string, tasks: readonly TaskTemplate[]): ListTemplate => ({
  name,
  content,
  tasks,
});
const folder = (name: string, lists: readonly ListTemplate[]): FolderTemplate => ({ name, lists });

const TASKS = new Map<string, TaskTemplate>([
  [
    't-86820001',
    task('Bug report', {
      markdown: '## Steps\n\n1. \n\n## Expected\n\n## Actual',
      priority: 2,
      tags: ['bug'],
      taskType: BUG,
      subtasks: ['Reproduce', 'Write a failing test'],
    }),
  ],
  [
    't-86820008',
    task('Release checklist', {
      markdown: 'Everything before a **release**.',
      estimate: 4 * HOUR,
      status: 1,
      due: 7,
      subtasks: ['Update the changelog', 'Tag the version', 'Tell support'],
    }),
  ],
  [
    't-86820015',
    task('Customer interview', { markdown: 'Ask first, show later.', tags: ['research'], estimate: HOUR }),
  ],
]);
const LISTS = new Map<string, ListTemplate>([
  [
    't-86820043',
    list('Sprint', 'Two weeks of work.', [
      task('Plan the sprint', { due: 1 }),
      task('Review', { due: 13 }),
      task('Retrospective', { due: 14, estimate: HOUR, subtasks: ['Collect topics'] }),
    ]),
  ],
  [
    't-86820064',
    list('Onboarding', 'The first week of a new colleague.', [
      task('Order a laptop', { priority: 2 }),
      task('Meet the team', { status: 1 }),
    ]),
  ],
]);
const FOLDERS = new Map<string, FolderTemplate>([
  [
    't-86820106',
    folder('Product launch', [
      list('Preparation', 'Before the day.', [task('Write the press kit'), task('Brief support', { due: 5 })]),
      list('Launch day', '', [task('Publish the post', { priority: 1 })]),
    ]),
  ],
]);
const SECRET = new Map<string, TaskTemplate>([['t-99000001', task('Reactor inspection')]]);

export function seedTemplates(world: World): void {
  world.templates.set(world.workspace('12345'), { tasks: TASKS, lists: LISTS, folders: FOLDERS });
  world.templates.set(world.workspace('67890'), { tasks: SECRET, lists: new Map(), folders: new Map() });
}
