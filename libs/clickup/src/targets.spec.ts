import { z } from 'zod';
import { operation } from './operation.js';
import {
  AddDependency,
  AddGuestToList,
  AddTagToTask,
  AddTaskLink,
  Createatimeentry,
  CreateFolder,
  CreateFolderFromTemplate,
  createLocationChatChannel,
  CreateTask,
  DeleteatimeEntry,
  deleteChatReaction,
  DeleteDependency,
  EditChecklistItem,
  GetAuthorizedUser,
  GetBulkTasksTimeInStatus,
  GetTeams1,
  mergeTasks,
  moveTask,
  postEntityAttachment,
  publicPatchAcl,
  queryAuditLog,
  RemoveUserFromWorkspace,
  SetCustomFieldValue,
  StartatimeEntry,
  StopatimeEntry,
  updateChatChannel,
  UpdateatimeEntry,
  UpdateTask,
} from './operations/index.js';
import { planOf } from './sending/plan.js';
import { targetsOf } from './targets.js';

describe('targetsOf', () => {
  it('names what the path names', () => {
    expect(targetsOf(CreateTask, { path: { list_id: '9' }, body: { name: 'x' } })).toEqual([{ kind: 'list', id: '9' }]);
    expect(targetsOf(GetAuthorizedUser, {})).toEqual([]);
  });

  it('adds the tasks that a body refers to', () => {
    const body = { name: 'x', parent: 'p1', links_to: 'l1' };
    expect(targetsOf(CreateTask, { path: { list_id: '9' }, body })).toEqual([
      { kind: 'list', id: '9' },
      { kind: 'task', id: 'p1' },
      { kind: 'task', id: 'l1' },
    ]);
    expect(targetsOf(CreateTask, { path: { list_id: '9' }, body: { name: 'x', parent: null } })).toEqual([
      { kind: 'list', id: '9' },
    ]);
    expect(targetsOf(UpdateTask, { path: { task_id: 't1' }, body: { parent: 'p1' } })).toEqual([
      { kind: 'task', id: 't1' },
      { kind: 'task', id: 'p1' },
    ]);
    const folder = { name: 'x', parent_folder_id: '2' };
    expect(targetsOf(CreateFolder, { path: { space_id: '1' }, body: folder })).toEqual([
      { kind: 'space', id: '1' },
      { kind: 'folder', id: '2' },
    ]);
  });

  it('adds what a Custom Field joins to the task', () => {
    const path = { task_id: 't1', field_id: 'f' };
    const file = '7c1bd21a-9a2b-4f4e-8a55-02f1a8b9e0aa.pdf';
    expect(targetsOf(SetCustomFieldValue, { path, body: { value: { add: ['t2', file], rem: ['t3'] } } })).toEqual([
      { kind: 'task', id: 't1' },
      { kind: 'task', id: 't2' },
      { kind: 'attachment', id: file },
      { kind: 'task', id: 't3' },
    ]);
    for (const value of ['t2', 5, true, ['label'], { add: [61_234_501] }, { current: 3 }])
      expect(targetsOf(SetCustomFieldValue, { path, body: { value } })).toEqual([{ kind: 'task', id: 't1' }]);
    const fields = {
      name: 'x',
      custom_fields: [
        { id: 'f', value: { add: ['t2'] } },
        { id: 'g', value: 'plain' },
      ],
    };
    expect(targetsOf(CreateTask, { path: { list_id: '9' }, body: fields })).toEqual([
      { kind: 'list', id: '9' },
      { kind: 'task', id: 't2' },
    ]);
  });

  it('adds the template that something is made from, and the Folder it goes to', () => {
    const path = { space_id: '1', template_id: 't-7' };
    expect(targetsOf(CreateFolderFromTemplate, { path, body: { name: 'x', parent_folder_id: '2' } })).toEqual([
      { kind: 'space', id: '1' },
      { kind: 'template', id: 't-7' },
      { kind: 'folder', id: '2' },
    ]);
  });

  it('names the Workspace only when nothing inside it is named', () => {
    const entry = { start: 1, duration: 1 };
    expect(targetsOf(Createatimeentry, { path: { team_Id: '1' }, body: entry })).toEqual([
      { kind: 'workspace', id: '1' },
    ]);
    expect(targetsOf(Createatimeentry, { path: { team_Id: '1' }, body: { ...entry, tid: 't1' } })).toEqual([
      { kind: 'task', id: 't1' },
    ]);
    // It ends the timer that runs.
    expect(targetsOf(StartatimeEntry, { path: { team_Id: '1' }, body: { tid: 't1' } })).toEqual([
      { kind: 'time_entry', id: 'current' },
      { kind: 'task', id: 't1' },
    ]);
    expect(targetsOf(StartatimeEntry, { path: { team_Id: '1' }, body: {} })).toEqual([
      { kind: 'time_entry', id: 'current' },
      { kind: 'workspace', id: '1' },
    ]);
    expect(targetsOf(StopatimeEntry, { path: { team_id: '1' } })).toEqual([{ kind: 'time_entry', id: 'current' }]);
    expect(
      targetsOf(UpdateatimeEntry, { path: { team_id: '1', timer_id: '5' }, body: { tags: [], tid: 't1' } }),
    ).toEqual([
      { kind: 'time_entry', id: '5' },
      { kind: 'task', id: 't1' },
    ]);
  });

  it('takes a list of ids for one id, which no path can hold', () => {
    expect(targetsOf(DeleteatimeEntry, { path: { team_id: '1', timer_id: '5,6' } })).toEqual([
      { kind: 'time_entry', id: '5,6' },
    ]);
    expect(() => planOf(DeleteatimeEntry).prepare({ path: { team_id: '1', timer_id: '5,6' } })).toThrow('timer_id');
  });

  it('says in which Workspace an id is a custom one', () => {
    const query = { custom_task_ids: true, team_id: '1' };
    expect(targetsOf(AddDependency, { path: { task_id: 'ENG-1' }, query, body: { depends_on: 'b' } })).toEqual([
      { kind: 'task', id: 'ENG-1', custom: '1' },
      { kind: 'task', id: 'b' },
    ]);
  });

  it('names both ends of a relation, of a move and of a merge', () => {
    const task = (id: string) => ({ kind: 'task', id });
    expect(targetsOf(AddDependency, { path: { task_id: 'a' }, body: { depends_on: 'b' } })).toEqual([
      task('a'),
      task('b'),
    ]);
    expect(targetsOf(DeleteDependency, { path: { task_id: 'a' }, query: { dependency_of: 'b' } })).toEqual([
      task('a'),
      task('b'),
    ]);
    expect(targetsOf(AddTaskLink, { path: { task_id: 'a', links_to: 'b' } })).toEqual([task('a'), task('b')]);
    expect(targetsOf(mergeTasks, { path: { task_id: 'a' }, body: { source_task_ids: ['b', 'c'] } })).toEqual([
      task('a'),
      task('b'),
      task('c'),
    ]);
    expect(targetsOf(moveTask, { path: { workspace_id: '1', task_id: 'a', list_id: '9' }, body: {} })).toEqual([
      task('a'),
      { kind: 'list', id: '9' },
    ]);
    expect(targetsOf(GetBulkTasksTimeInStatus, { query: { task_ids: ['a', 'b'] } })).toEqual([task('a'), task('b')]);
  });

  it('judges an item by its checklist, and a file by what it is attached to', () => {
    expect(targetsOf(EditChecklistItem, { path: { checklist_id: 'c', checklist_item_id: 'i' }, body: {} })).toEqual([
      { kind: 'checklist', id: 'c' },
    ]);
    const to = (entity_type: string) =>
      targetsOf(postEntityAttachment, { path: { workspace_id: '1', entity_type, entity_id: 'x' }, body: {} });
    expect(to('attachments')).toEqual([{ kind: 'task', id: 'x' }]);
    expect(to('custom_fields')).toEqual([{ kind: 'field', id: 'x' }]);
  });

  it('judges a tag by its task', () => {
    expect(targetsOf(AddTagToTask, { path: { task_id: 't1', tag_name: 'a,b' } })).toEqual([{ kind: 'task', id: 't1' }]);
  });

  it('keeps the Workspace beside a person, who may be in several', () => {
    expect(targetsOf(RemoveUserFromWorkspace, { path: { team_id: '1', user_id: '5' } })).toEqual([
      { kind: 'workspace', id: '1' },
      { kind: 'user', id: '5' },
    ]);
    expect(
      targetsOf(AddGuestToList, { path: { list_id: '9', guest_id: '5' }, body: { permission_level: 'read' } }),
    ).toEqual([
      { kind: 'list', id: '9' },
      { kind: 'guest', id: '5' },
    ]);
  });

  it('names the Workspaces that a query or body means', () => {
    expect(targetsOf(GetTeams1, { query: { team_id: '7' } })).toEqual([{ kind: 'workspace', id: '7' }]);
    expect(targetsOf(queryAuditLog, { path: { workspace_id: '1' }, body: { filter: { workspaceId: '7' } } })).toEqual([
      { kind: 'workspace', id: '1' },
      { kind: 'workspace', id: '7' },
    ]);
  });

  describe('of an ACL', () => {
    const acl = (object_type: string, body: unknown = {}) =>
      targetsOf(publicPatchAcl, { path: { workspace_id: '1', object_type, object_id: '9' }, body });
    const entries = [{ kind: 'user', id: '5', from_parent_type: 'folder', from_parent_id: '8' }];

    it.each([
      ['space', 'space'],
      ['folder', 'folder'],
      ['list', 'list'],
      ['task', 'task'],
      ['view', 'view'],
      ['doc', 'doc'],
      ['goal', 'goal'],
      ['customField', 'field'],
      ['userGroup', 'group'],
    ])('%s is judged as the %s it names', (type, kind) => expect(acl(type)).toEqual([{ kind, id: '9' }]));

    it.each(['dashboard', 'whiteboard', 'listDescendantsSet', 'workspace', 'List', 'constructor'])(
      '%s has no narrower object: the whole Workspace is judged',
      (type) => {
        expect(acl(type)).toContainEqual({ kind: 'workspace', id: '1' });
        // A parent that happens to be allowed does not push the Workspace aside.
        expect(acl(type, { entries })).toEqual([
          { kind: 'workspace', id: '1' },
          { kind: 'folder', id: '8' },
        ]);
      },
    );
  });

  it('refuses a path parameter that nobody has placed in the table', () => {
    const row = operation({
      id: 'X',
      method: 'POST',
      path: '/api/v2/thing/{thing_id}',
      verb: 'create',
      toolset: 'x',
      summary: 'x',
      response: z.strictObject({}),
    });
    expect(() => targetsOf(row, { path: { thing_id: '1' } })).toThrow('thing_id');
  });

  it('names the place that a chat channel is put on, and where it is moved', () => {
    const location = { id: '9', type: 'list' } as const;
    expect(targetsOf(createLocationChatChannel, { path: { workspace_id: '1' }, body: { location } })).toEqual([
      { kind: 'list', id: '9' },
    ]);
    expect(targetsOf(updateChatChannel, { path: { workspace_id: '1', channel_id: 'c' }, body: { location } })).toEqual([
      { kind: 'channel', id: 'c' },
      { kind: 'list', id: '9' },
    ]);
    expect(targetsOf(deleteChatReaction, { path: { workspace_id: '1', message_id: 'm', reaction: 'a,b' } })).toEqual([
      { kind: 'message', id: 'm' },
    ]);
  });
});
