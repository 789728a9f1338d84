import { type Operation } from '#libs/clickup';
import { isRead } from '#libs/core';
import { questionOf } from '#libs/permissions';
import { CATALOGUE, inputSchemaOf, narrowed, type Tool } from '#libs/tools';
import { type z } from 'zod';

/**
 * Operations that no argument or value by itself sends, because what an argument names decides it: the object is found first. These are
 * asked for in the call: reads by `refuseUngranted`, writes when they are judged.
 */
const BY_OBJECT: Readonly<Record<string, readonly string[]>> = {
  add_comment: ['CreateChatViewComment', 'createChatMessage', 'createDirectMessageChatChannel'],
  update_comment: ['patchChatMessage'],
  list_comments: ['getChatMessages'],
  // A checklist that is not there is made.
  edit_checklist: ['CreateChecklist'],
  fetch: [
    'GetTask',
    'GetGoal',
    'GetView',
    'GetViewTasks',
    'getChatMessages',
    'getDocPagesPublic',
    'getDocPublic',
    'getPagePublic',
  ],
  // Its one argument is words, and what may not be searched is left out, which the answer says.
  search: [
    'GetFilteredTeamTasks',
    'GetFolderlessLists',
    'GetFolders',
    'GetGoals',
    'GetSpaces',
    'getChatChannels',
    'getDocPagesPublic',
    'searchDocsPublic',
  ],
};

const schemaOf = ({ input }: Tool) => inputSchemaOf(input as z.ZodObject);
const needed = ({ needs = {} }: Tool): Operation[] =>
  Object.values(needs).flatMap((all) => all.flatMap((need) => ('id' in need ? [need] : need)));

/** Whether a policy can grant a tool and not this operation of it. What a tool reads is not judged by its verb. */
function canBeWithheld(tool: Tool, row: Operation): boolean {
  const differs = row.toolset !== tool.toolset || (row.risk !== 'normal' && row.risk !== tool.risk);
  return isRead(row.verb) ? differs : differs || row.verb !== tool.verb || questionOf(row).workspaceWide === true;
}

describe.each(CATALOGUE.filter(({ covers }) => covers.length > 1).map((tool) => [tool.name, tool] as const))(
  '%s',
  (name, tool) => {
    const named = new Set(needed(tool).map(({ id }) => id));

    test('says which arguments send what can be withheld from it', () => {
      const missing = tool.covers.filter((row) => canBeWithheld(tool, row) && !named.has(row.id)).map(({ id }) => id);
      expect(missing.sort()).toEqual([...(BY_OBJECT[name] ?? [])].sort());
    });
  },
);

describe.each(CATALOGUE.filter(({ needs }) => needs).map((tool) => [tool.name, tool] as const))('%s', (_, tool) => {
  test('needs something for arguments and values that it has', () => {
    const without = (key: string) => narrowed(schemaOf(tool), [key]);
    expect(
      Object.keys(tool.needs!).filter((key) => JSON.stringify(without(key)) === JSON.stringify(schemaOf(tool))),
    ).toEqual([]);
  });

  test('names only writes that it covers', () => {
    const covered = new Set(tool.covers.map(({ id }) => id));
    expect(needed(tool).filter(({ id, verb }) => !isRead(verb) && !covered.has(id))).toEqual([]);
  });
});

test('what destroys is shown first by every tool that does it', () => {
  const destroys = ({ covers }: Tool) => covers.some(({ risk }) => risk === 'destructive');
  expect(CATALOGUE.filter((tool) => destroys(tool) && !tool.preview).map(({ name }) => name)).toEqual([]);
});
