import { AppError } from '#libs/core';
import { type FakeContext, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { setAccess } from './set-access.js';

function context(): FakeContext {
  const made = fakeContext({ publicPatchAcl: {} });
  made.directory = {
    ...made.directory,
    object: (kind, ref) =>
      ref === 'Design'
        ? Promise.resolve({ kind, id: 'g1', name: 'Design' })
        : Promise.reject(new AppError('invalid_parameters', `There is no ${kind}`)),
  };
  return made;
}
const set = (args: Record<string, unknown>, made = context()) => setAccess.handler(input(setAccess, args), made);

test('people and groups get a level, and the object is closed', async () => {
  const made = context();
  const args = {
    kind: 'list',
    object: 'Inbox',
    people: ['Sarah Lee'],
    groups: ['Design'],
    level: 'comment',
    private: true,
  };
  expect(await set(args, made)).toMatchObject({
    object: 'list Engineering / Inbox',
    sent: ['make it private', 'give comment access to Sarah Lee, group Design'],
    note: expect.stringContaining('not read back'),
  });
  expect(made.calls).toEqual([
    {
      operation: 'publicPatchAcl',
      path: { workspace_id: '9', object_type: 'list', object_id: '300' },
      body: {
        private: true,
        entries: [
          { kind: 'user', id: '2', permission_level: 3 },
          { kind: 'group', id: 'g1', permission_level: 3 },
        ],
      },
    },
  ]);
});

test('access is taken with the level none', async () => {
  const made = context();
  await set({ kind: 'list', object: 'Inbox', people: ['me'], level: 'none' }, made);
  expect(made.calls[0]!.body).toEqual({ entries: [{ kind: 'user', id: '1', permission_level: null }] });
});

test('a preview names the object and what would be done', async () => {
  const args = input(setAccess, { kind: 'list', object: 'Inbox', private: false });
  expect((await setAccess.preview!(args, context()))!.summary).toBe(
    'list Engineering / Inbox: open it to everybody in the Workspace. This may cost seats.',
  );
});

test.each([
  [{ kind: 'list', object: 'Inbox' }, /^people: /],
  [{ kind: 'list', object: 'Inbox', people: ['me'] }, /^level: /],
  [{ kind: 'list', object: 'Nowhere', private: true }, /^object: /],
  [{ kind: 'goal', object: 'Nowhere', private: true }, /^object: /],
  [{ kind: 'list', object: 'Inbox', groups: ['Nobody'], level: 'read' }, /^groups: /],
])('%j is refused before anything is sent', async (args, message) => {
  const made = context();
  await expect(set(args, made)).rejects.toThrow(message);
  expect(made.calls).toEqual([]);
});

example(setAccess, { kind: 'list', object: 'Inbox', private: true });
