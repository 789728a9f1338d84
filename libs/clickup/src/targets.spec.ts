import { z } from 'zod';
import { operation } from './operation.js';
import {
  AddTagToTask, Createatimeentry, CreateFolder, CreateTask, DeleteatimeEntry, GetAuthorizedUser, StartatimeEntry, StopatimeEntry, UpdateatimeEntry, UpdateTask,
  createLocationChatChannel, deleteChatReaction, updateChatChannel,
} from './operations/index.js';
import { targetsOf } from './targets.js';

describe('targetsOf', () => {
  it('names what the path names', () => {
    expect(targetsOf(CreateTask, { path: { list_id: '9' }, body: { name: 'x' } })).toEqual([{ kind: 'list', id: '9' }]);
    expect(targetsOf(GetAuthorizedUser, {})).toEqual([]);
  });

  it('adds the tasks that a body refers to', () => {
    const body = { name: 'x', parent: 'p1', links_to: 'l1' };
    expect(targetsOf(CreateTask, { path: { list_id: '9' }, body })).toEqual([{ kind: 'list', id: '9' }, { kind: 'task', id: 'p1' }, { kind: 'task', id: 'l1' }]);
    expect(targetsOf(CreateTask, { path: { list_id: '9' }, body: { name: 'x', parent: null } })).toEqual([{ kind: 'list', id: '9' }]);
    expect(targetsOf(UpdateTask, { path: { task_id: 't1' }, body: { parent: 'p1' } })).toEqual([{ kind: 'task', id: 't1' }, { kind: 'task', id: 'p1' }]);
    const folder = { name: 'x', parent_folder_id: '2' };
    expect(targetsOf(CreateFolder, { path: { space_id: '1' }, body: folder })).toEqual([{ kind: 'space', id: '1' }, { kind: 'folder', id: '2' }]);
  });

  it('names the Workspace only when nothing inside it is named', () => {
    const entry = { start: 1, duration: 1 };
    expect(targetsOf(Createatimeentry, { path: { team_Id: '1' }, body: entry })).toEqual([{ kind: 'workspace', id: '1' }]);
    expect(targetsOf(Createatimeentry, { path: { team_Id: '1' }, body: { ...entry, tid: 't1' } })).toEqual([{ kind: 'task', id: 't1' }]);
    expect(targetsOf(StartatimeEntry, { path: { team_Id: '1' }, body: { tid: 't1' } })).toEqual([{ kind: 'task', id: 't1' }]);
    expect(targetsOf(StopatimeEntry, { path: { team_id: '1' } })).toEqual([{ kind: 'workspace', id: '1' }]);
    expect(targetsOf(UpdateatimeEntry, { path: { team_id: '1', timer_id: '5' }, body: { tags: [], tid: 't1' } })).toEqual([
      { kind: 'time_entry', id: '5' },
      { kind: 'task', id: 't1' },
    ]);
  });

  it('names each of several ids in one segment, so that none slips by unjudged', () => {
    expect(targetsOf(DeleteatimeEntry, { path: { team_id: '1', timer_id: '5,6' } })).toEqual([
      { kind: 'time_entry', id: '5' },
      { kind: 'time_entry', id: '6' },
    ]);
  });

  it('judges a tag by its task', () => {
    expect(targetsOf(AddTagToTask, { path: { task_id: 't1', tag_name: 'a,b' } })).toEqual([{ kind: 'task', id: 't1' }]);
  });

  it('refuses a path parameter that nobody has placed in the table', () => {
    const row = operation({ id: 'X', method: 'POST', path: '/api/v2/thing/{thing_id}', verb: 'create', toolset: 'x', summary: 'x', response: z.strictObject({}) });
    expect(() => targetsOf(row, { path: { thing_id: '1' } })).toThrow('thing_id');
  });

  it('names the place that a chat channel is put on, and where it is moved', () => {
    const location = { id: '9', type: 'list' } as const;
    expect(targetsOf(createLocationChatChannel, { path: { workspace_id: '1' }, body: { location } })).toEqual([{ kind: 'list', id: '9' }]);
    expect(targetsOf(updateChatChannel, { path: { workspace_id: '1', channel_id: 'c' }, body: { location } })).toEqual([{ kind: 'channel', id: 'c' }, { kind: 'list', id: '9' }]);
    expect(targetsOf(deleteChatReaction, { path: { workspace_id: '1', message_id: 'm', reaction: 'a,b' } })).toEqual([{ kind: 'message', id: 'm' }]);
  });
});
