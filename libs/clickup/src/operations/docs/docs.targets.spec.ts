import { targetsOf } from '../../targets.js';
import {
  Addtagsfromtimeentries,
  Changetagnamesfromtimeentries,
  createDocPublic,
  createPagePublic,
  CreateWebhook,
  Deletetimetracked,
  editPagePublic,
  GetAccessToken,
  searchDocsPublic,
  UpdateWebhook,
} from '../index.js';

const LABEL = { name: 'a', tag_fg: '#fff', tag_bg: '#000' };

describe('targets of Docs', () => {
  it.each([
    [4, 'space'],
    [5, 'folder'],
    [6, 'list'],
  ] as const)('a parent of type %i is a %s', (type, kind) => {
    expect(targetsOf(createDocPublic, { path: { workspace_id: '1' }, body: { parent: { id: '9', type } } })).toEqual([
      { kind, id: '9' },
    ]);
  });

  it.each([7, 12] as const)('a parent of type %i is the Workspace', (type) => {
    expect(targetsOf(createDocPublic, { path: { workspace_id: '1' }, body: { parent: { id: '2', type } } })).toEqual([
      { kind: 'workspace', id: '1' },
    ]);
  });

  it('no other type gets through, so that none is judged as the Workspace by mistake', () => {
    expect(createDocPublic.body?.safeParse({ parent: { id: '9', type: 1 } }).success).toBe(false);
  });

  it('a listing is judged by what it is limited to', () => {
    const path = { workspace_id: '1' };
    expect(targetsOf(searchDocsPublic, { path, query: {} })).toEqual([{ kind: 'workspace', id: '1' }]);
    expect(targetsOf(searchDocsPublic, { path, query: { parent_id: '9', parent_type: 'LIST' } })).toEqual([
      { kind: 'list', id: '9' },
    ]);
    expect(targetsOf(searchDocsPublic, { path, query: { id: 'd1', parent_id: '9', parent_type: '4' } })).toEqual([
      { kind: 'doc', id: 'd1' },
      { kind: 'space', id: '9' },
    ]);
  });

  it('a page is judged with its Doc and with the page above it', () => {
    expect(
      targetsOf(createPagePublic, { path: { workspace_id: '1', doc_id: 'd1' }, body: { parent_page_id: 'p0' } }),
    ).toEqual([
      { kind: 'doc', id: 'd1' },
      { kind: 'page', id: 'p0' },
    ]);
    expect(targetsOf(editPagePublic, { path: { workspace_id: '1', doc_id: 'd1', page_id: 'p1' }, body: {} })).toEqual([
      { kind: 'doc', id: 'd1' },
      { kind: 'page', id: 'p1' },
    ]);
  });
});

describe('targets of webhooks', () => {
  const body = { endpoint: 'https://example.com', events: ['*'] };

  it('every place it listens to', () => {
    const scope = { space_id: 1, folder_id: 2, list_id: 3, task_id: 't' };
    const kinds = [
      { kind: 'space', id: '1' },
      { kind: 'folder', id: '2' },
      { kind: 'list', id: '3' },
      { kind: 'task', id: 't' },
    ];
    expect(targetsOf(CreateWebhook, { path: { team_id: '9' }, body: { ...body, ...scope } })).toEqual(kinds);
  });

  it('the Workspace when it names none', () => {
    expect(targetsOf(CreateWebhook, { path: { team_id: '9' }, body })).toEqual([{ kind: 'workspace', id: '9' }]);
    expect(
      targetsOf(UpdateWebhook, { path: { webhook_id: 'w' }, body: { endpoint: '', events: '*', status: 'active' } }),
    ).toEqual([{ kind: 'webhook', id: 'w' }]);
  });
});

it('tracked time: every entry that is named, else the Workspace', () => {
  expect(
    targetsOf(Addtagsfromtimeentries, { path: { team_id: '1' }, body: { time_entry_ids: ['5', '6'], tags: [LABEL] } }),
  ).toEqual([
    { kind: 'time_entry', id: '5' },
    { kind: 'time_entry', id: '6' },
  ]);
  expect(
    targetsOf(Changetagnamesfromtimeentries, { path: { team_id: '1' }, body: { ...LABEL, new_name: 'b' } }),
  ).toEqual([{ kind: 'workspace', id: '1' }]);
  expect(targetsOf(Deletetimetracked, { path: { task_id: 't', interval_id: '5' } })).toEqual([
    { kind: 'task', id: 't' },
    { kind: 'time_entry', id: '5' },
  ]);
});

it('a sign-in touches nothing in any Workspace, and is for admins', () => {
  expect(targetsOf(GetAccessToken, { body: { client_id: 'a', client_secret: 'b', code: 'c' } })).toEqual([]);
  expect(GetAccessToken.risk).toBe('admin');
});
