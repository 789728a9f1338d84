import {
  GetAccessibleCustomFields,
  GetAuthorizedTeams,
  getChatChannels,
  GetCustomItems,
  GetGoals,
  GetSpaceTags,
  GetTaskTemplates,
  GetTeams1,
  GetTeamViews,
  GetWebhooks,
  type NamedObject,
  type ObjectKind,
  type Objects,
  type Place,
  searchDocsPublic,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { ANSWER_TOKENS, cutTable, RowPosition } from '../answers/budget.js';
import { scope, Scope } from '../answers/scope.js';
import { TABLE, table } from '../answers/table.js';
import { Ref, UNLISTED } from '../arguments/inputs.js';
import { matcher, ranked } from '../find/match.js';
import { naming } from '../arguments/naming.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const KINDS = [
  'person',
  'group',
  'guest',
  'doc',
  'view',
  'channel',
  'goal',
  'template',
  'tag',
  'field',
  'task_type',
  'webhook',
] as const satisfies readonly ObjectKind[];
type Kind = (typeof KINDS)[number];

/** What lists of each are called. Kinds with `placed` hang on places, so a place narrows them. */
const WORDS: Record<Kind, { many: string; placed?: true }> = {
  person: { many: 'people' },
  group: { many: 'groups' },
  guest: { many: 'guests' },
  doc: { many: 'Docs', placed: true },
  view: { many: 'views', placed: true },
  channel: { many: 'chat channels', placed: true },
  goal: { many: 'goals' },
  template: { many: 'templates' },
  tag: { many: 'tags', placed: true },
  field: { many: 'Custom Fields', placed: true },
  task_type: { many: 'task types' },
  webhook: { many: 'webhooks', placed: true },
};
/** ClickUp lists these per place; the others say where they hang, and are picked from the whole list. */
const ASKED_PER_PLACE: readonly Kind[] = ['view', 'tag', 'field'];

async function objectsOf(kind: Kind, within: Place | undefined, { directory }: ToolContext): Promise<Objects> {
  if (!within || ASKED_PER_PLACE.includes(kind)) return directory.objects(kind, within);
  // The tree tells where they hang.
  await directory.tree();
  const all = await directory.objects(kind);
  const inside = all.filter(({ where }) => where === within.path || where?.startsWith(`${within.path} / `));
  return Object.assign(inside, all.incomplete !== undefined && { incomplete: all.incomplete });
}

async function placeOf(kind: Kind, within: string | undefined, { directory }: ToolContext): Promise<Place | undefined> {
  if (within === undefined) return undefined;
  if (!WORDS[kind].placed)
    throw new AppError(
      'invalid_parameters',
      `within: ${WORDS[kind].many} belong to the whole Workspace, so no place narrows them: leave it out.`,
      { details: { parameter: 'within' } },
    );
  return naming('within', () => directory.place(within));
}

/** Those with all words of the text; where there are none, those that resemble it, which is then said. */
async function matching(objects: Objects, text: string | undefined): Promise<{ found: NamedObject[]; how: string }> {
  if (text === undefined) return { found: objects, how: '' };
  const score = matcher(text);
  const textOf = ({ name, where = '', about = '' }: NamedObject) => `${name} ${where} ${about}`;
  const id = objects.filter((object) => object.id === text.trim());
  if (id.length) return { found: id, how: `with the id ${text.trim()}` };
  const exact = await ranked(objects, (object) => (score(object.name) >= ALL_WORDS ? score(object.name) : 0));
  if (exact.length) return { found: exact, how: `with "${text}" in the name` };
  const beside = await ranked(objects, (object) => (score(textOf(object)) >= ALL_WORDS ? score(textOf(object)) : 0));
  if (beside.length) return { found: beside, how: `with "${text}" in what is said of them` };
  const near = await ranked(objects, (object) => score(textOf(object)));
  return { found: near, how: near.length ? `none has "${text}"; these resemble it` : `none has "${text}"` };
}
/** Every word is there, in part at least; below it one word was mistyped. */
const ALL_WORDS = 0.65;

export const findObjects = defineTool({
  name: 'find_objects',
  title: 'Find objects',
  description: 'Who and what there is besides tasks, by kind and part of the name.',
  toolset: 'workspace',
  verb: 'search',
  covers: [GetAuthorizedTeams, GetTeams1, searchDocsPublic, getChatChannels, GetGoals, GetCustomItems, GetWebhooks],
  needs: {
    'kind=group': [GetTeams1],
    'kind=doc': [searchDocsPublic],
    'kind=view': [GetTeamViews],
    'kind=channel': [getChatChannels],
    'kind=goal': [GetGoals],
    'kind=template': [GetTaskTemplates],
    'kind=tag': [GetSpaceTags],
    'kind=field': [GetAccessibleCustomFields],
    'kind=task_type': [GetCustomItems],
    'kind=webhook': [GetWebhooks],
  },
  input: z.strictObject({
    kind: z.enum(KINDS),
    text: z.string().min(1).max(200).optional(),
    within: Ref.optional(),
    query: z.string().min(1).max(200).optional().meta(UNLISTED),
    ...PAGED_INPUT,
  }),
  output: z.strictObject({ scope: Scope, ...TABLE, total: z.number(), ...PAGED_OUTPUT }),
  async handler(args, context) {
    const { kind, text = args.query } = args;
    const within = await placeOf(kind, args.within, context);
    const from = positionOf(args, RowPosition, context) ?? { row: 0 };
    const objects = await objectsOf(kind, within, context);
    const { found, how } = await matching(objects, text);
    const columns = table(found, {
      ref: ({ id }) => id,
      // A tag has no id but its name.
      name: ({ id, name }) => (id === name ? undefined : name),
      where: ({ where }) => where,
      about: ({ about }) => about,
    });
    const { table: shown, next } = cutTable(columns, from, ANSWER_TOKENS);
    return {
      scope: scope(
        `${WORDS[kind].many}${within ? ` in ${within.path}` : ''}`,
        how,
        objects.incomplete ? `not complete: ${objects.incomplete}` : 'complete',
      ),
      ...shown,
      total: found.length,
      next_cursor: next && cursorAt(args, next, context),
    };
  },
});
