import { type Directory, GetFolderlessLists, GetFolders, GetLists, GetSpaces, type Place } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { ANSWER_TOKENS, tokensOf } from '../answers/budget.js';
import { Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { defineTool } from '../tool/tool.js';
import { depthOf, leftOut } from './left-out.js';
import { outline } from './outline.js';
import { wholePlace } from './whole-place.js';

/** Of an answer that does not show everything, for what it leaves out. */
const LEFT_OUT_TOKENS = 800;

/** The lines from `from` on that fit, after the headings that they stand under, and in the end what is left out. */
function piece(lines: readonly string[], from: number): { shown: string[]; next?: number } {
  const shown = headingsAbove(lines, from);
  const above = shown.length;
  let left = ANSWER_TOKENS - tokensOf(shown.join('\n'));
  // How far an answer gets that has to say what it leaves out.
  let next: number | undefined;
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at]!;
    left -= tokensOf(line) + 1;
    if (left < LEFT_OUT_TOKENS && at > from) next ??= at;
    if (left < 0 && next !== undefined)
      return { shown: [...shown.slice(0, above + next - from), ...leftOut(lines, next, LEFT_OUT_TOKENS)], next };
    shown.push(line);
  }
  return { shown };
}

/** The Space and the Folders that a line lies in, from the top. */
function headingsAbove(lines: readonly string[], at: number): string[] {
  const above: string[] = [];
  let depth = depthOf(lines[at] ?? '') || Infinity;
  for (let line = at - 1; line >= 0 && depth > 1; line -= 1) {
    const found = depthOf(lines[line]!);
    if (found === 0 || found >= depth) continue;
    above.unshift(lines[line]!);
    depth = found;
  }
  return above;
}

export const getWorkspaceHierarchy = defineTool({
  name: 'get_workspace_hierarchy',
  title: 'Get workspace hierarchy',
  description: 'All Spaces (#), Folders (##) and Lists, "id name" per line; within: one Space or Folder.',
  toolset: 'workspace',
  verb: 'get',
  covers: [GetSpaces, GetFolders, GetFolderlessLists, GetLists],
  input: z.strictObject({ within: Ref.optional(), team_id: Ref.optional(), ...PAGED_INPUT }),
  output: z.strictObject({ id: z.string(), name: z.string(), outline: z.string(), ...PAGED_OUTPUT }),
  // Its lines are made here, one per place, so that they need no indent to be told from what a place is called.
  text: ({ id, name, outline: lines, next_cursor }) =>
    [`${name.replace(/\s+/g, ' ')} (${id})`, lines, ...(next_cursor ? [`Next cursor: ${next_cursor}`] : [])].join('\n'),
  async handler(args, context) {
    const { directory } = context;
    const { id, name } = await naming('team_id', () => directory.workspace(args.team_id, 'team_id'));
    const places = args.within === undefined ? await directory.tree(id) : await inside(args.within, directory);
    const lines = outline(places);
    const from = positionOf(args, z.int().min(0), context) ?? 0;
    // Meanwhile something may have been deleted.
    if (from >= lines.length && from > 0)
      throw new AppError('invalid_parameters', 'cursor: there is nothing more. Leave it out to start again.');
    const { shown, next } = piece(lines, from);
    return {
      id,
      name,
      outline: shown.join('\n'),
      next_cursor: next === undefined ? undefined : cursorAt(args, next, context),
    };
  },
});

const inside = async (within: string, directory: Directory): Promise<Place[]> => [
  await wholePlace(await naming('within', () => directory.place(within, ['space', 'folder'])), directory),
];
