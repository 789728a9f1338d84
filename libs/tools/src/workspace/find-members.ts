import { GetAuthorizedTeams } from '#libs/clickup';
import { z } from 'zod';
import { matcher, ranked } from '../arguments/match.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { TABLE, table } from '../answers/table.js';
import { defineTool } from '../tool/tool.js';

const PAGE_SIZE = 100;

export const findMembers = defineTool({
  name: 'find_members',
  title: 'Find members',
  description: 'People of the Workspace by part of name or email; all without query.',
  toolset: 'workspace',
  verb: 'search',
  covers: [GetAuthorizedTeams],
  input: z.strictObject({ query: z.string().min(1).max(200).optional(), ...PAGED_INPUT }),
  output: z.strictObject({ ...TABLE, total: z.number(), ...PAGED_OUTPUT }),
  async handler(args, context) {
    const from = positionOf(args, z.number(), context) ?? 0;
    const people = await context.directory.people();
    const score = args.query === undefined ? () => 1 : matcher(args.query);
    const found = await ranked(
      [...people].sort((a, b) => a.id - b.id),
      (person) => score(`${person.username} ${person.email}`),
    );
    const next = from + PAGE_SIZE;
    return {
      ...table(found.slice(from, next), {
        id: ({ id }) => id,
        name: ({ username }) => username,
        email: ({ email }) => email,
      }),
      total: found.length,
      next_cursor: next < found.length ? cursorAt(args, next, context) : undefined,
    };
  },
});
