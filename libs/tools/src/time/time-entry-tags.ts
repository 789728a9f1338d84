import {
  Addtagsfromtimeentries,
  Changetagnamesfromtimeentries,
  Getalltagsfromtimeentries,
  Removetagsfromtimeentries,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Name, Ref, Refs } from '../arguments/inputs.js';
import { type NotApplied, NotApplied as NotAppliedShape } from '../answers/changes.js';
import { concurrently } from '../tool/concurrently.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { entryById } from './entry-by-id.js';
import { coloured, labelsFor } from './entry-tags.js';

const MAX_ENTRIES = 50;
const CONCURRENCY = 4;

const input = z.strictObject({
  entry_ids: z.array(Ref).min(1).max(MAX_ENTRIES).optional(),
  add_tags: Refs.optional(),
  remove_tags: Refs.optional(),
  rename: Name.optional().describe('A tag; changes it on all entries of the Workspace'),
  to: Name.optional(),
});
type Args = z.output<typeof input>;

const refusal = (parameter: string, message: string) =>
  new AppError('invalid_parameters', `${parameter}: ${message}`, { details: { parameter } });

function check({ entry_ids, add_tags, remove_tags, rename, to }: Args): void {
  const tagging = add_tags ?? remove_tags;
  if (!tagging && rename === undefined)
    throw refusal('add_tags', 'nothing to change: give add_tags or remove_tags with entry_ids, or rename with to.');
  if (tagging && rename !== undefined)
    throw refusal('rename', 'renames a tag everywhere, so it goes alone: without add_tags and remove_tags.');
  if (tagging && !entry_ids) throw refusal('entry_ids', 'which entries? list_time_entries shows their ids.');
  if ((rename === undefined) !== (to === undefined)) throw refusal('to', 'rename and to belong together.');
}

/**
 * The label that is to be renamed, in its own spelling and colours.
 * @throws AppError `invalid_parameters` with the labels that there are
 */
async function labelToRename({ rename = '', to = '' }: Args, { clickup, directory }: ToolContext) {
  const { id: team_id } = await directory.workspace();
  const { data } = await clickup.call(Getalltagsfromtimeentries, { path: { team_id } });
  const found = data.find(({ name }) => name.toLowerCase() === rename.toLowerCase());
  if (!found)
    throw refusal(
      'rename',
      `no time entry has a tag "${rename}"; there are ${data.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  const taken = data.find((each) => each !== found && each.name.toLowerCase() === to.toLowerCase());
  if (taken) throw refusal('to', `there is a tag "${taken.name}" already, and the two could not be told apart again.`);
  return { team_id, label: coloured(found) };
}

/** Labels on entries, one request for those that come and one for those that go; when the second fails, the first stays said. */
async function tagEntries({ entry_ids = [], add_tags, remove_tags }: Args, context: ToolContext) {
  const { clickup, directory } = context;
  const { id: team_id } = await directory.workspace();
  const before = await concurrently(entry_ids, CONCURRENCY, (id) => entryById(id, context));
  const has = (entry: (typeof before)[number], name: string) =>
    (entry.tags ?? []).some((tag) => tag.name.toLowerCase() === name.toLowerCase());
  const { tags: asked, created } = await labelsFor(add_tags, context);
  const tags = asked.filter(({ name }) => before.some((entry) => !has(entry, name)));
  const spelled = new Map(before.flatMap((entry) => (entry.tags ?? []).map(({ name }) => [name.toLowerCase(), name])));
  const [present, absent] = [true, false].map((is) =>
    (remove_tags ?? []).filter((name) => spelled.has(name.toLowerCase()) === is),
  );
  const gone = (present ?? []).map((name) => ({ name: spelled.get(name.toLowerCase()) ?? name }));
  const time_entry_ids = before.map(({ id }) => id);
  const add = { path: { team_id }, body: { time_entry_ids, tags } };
  const remove = { path: { team_id }, body: { time_entry_ids, tags: gone } };
  if (tags.length) await clickup.judge(Addtagsfromtimeentries, [add]);
  if (gone.length) await clickup.judge(Removetagsfromtimeentries, [remove]);
  let failure: AppError | undefined;
  try {
    if (tags.length) await clickup.call(Addtagsfromtimeentries, add);
    if (gone.length) await clickup.call(Removetagsfromtimeentries, remove);
  } catch (thrown) {
    failure = AppError.of(thrown);
    if (!tags.length || !gone.length) throw failure;
  }
  const after = await concurrently(time_entry_ids, CONCURRENCY, (id) => entryById(id, context)).catch(
    (thrown: unknown) => {
      throw new AppError(
        'unknown_outcome',
        `${failure ? `A part failed: ${failure.message}` : 'ClickUp accepted the tags'}, and the entries could not be read afterwards.`,
        { cause: thrown },
      );
    },
  );
  const named = (list: readonly { name: string }[] = []) => list.map(({ name }) => name).join(', ');
  const lacking = (names: readonly { name: string }[], there: boolean): NonNullable<NotApplied> =>
    names.flatMap(({ name }) =>
      after
        .filter((each) => has(each, name) !== there)
        .map((each) => ({
          field: `entry ${each.id}`,
          wanted: there ? name : `not ${name}`,
          is: named(each.tags) || 'none',
          ...(failure && { why: failure.message }),
        })),
    );
  const applied = after.flatMap((each, index) => {
    const [was, is] = [named(before[index]?.tags), named(each.tags)];
    return was === is ? [] : [`entry ${each.id}: ${was || 'none'} → ${is || 'none'}`];
  });
  const nowhere = (absent ?? []).map((name) => ({
    field: 'remove_tags',
    wanted: name,
    is: [...spelled.values()].join(', ') || 'none',
    why: 'none of the entries has it',
  }));
  return { applied, not_applied: [...nowhere, ...lacking(tags, true), ...lacking(gone, false)], created };
}

export const timeEntryTags = defineTool({
  name: 'time_entry_tags',
  title: 'Tags of time entries',
  description: 'Put tags on time entries, take them off, or rename a tag on all time entries of the Workspace.',
  toolset: 'time',
  verb: 'update',
  listed: false,
  covers: [Addtagsfromtimeentries, Removetagsfromtimeentries, Changetagnamesfromtimeentries],
  needs: {
    add_tags: [Addtagsfromtimeentries],
    remove_tags: [Removetagsfromtimeentries],
    rename: [Changetagnamesfromtimeentries],
  },
  input,
  output: z.strictObject({
    applied: z.array(z.string()).optional(),
    new_tags: z.array(z.string()).optional(),
    not_applied: NotAppliedShape,
  }),
  headline: ({ applied, not_applied }) =>
    applied?.length ? `Tags changed${not_applied?.length ? ', but not everywhere' : ''}` : 'Unchanged',
  async preview(args, context) {
    if (args.rename === undefined || args.to === undefined) return undefined;
    check(args);
    const { label } = await labelToRename(args, context);
    return {
      summary: `The tag "${label.name}" would be called "${args.to}" on all time entries of the Workspace, of everyone.`,
      current: { tag: label.name },
      state: JSON.stringify(label),
    };
  },
  async handler(args, context) {
    check(args);
    const renaming = args.rename === undefined ? undefined : await labelToRename(args, context);
    if (renaming) {
      const { team_id, label } = renaming;
      const { to = '' } = args;
      if (label.name === to) return {};
      await context.clickup.call(Changetagnamesfromtimeentries, {
        path: { team_id },
        body: { name: label.name, new_name: to, tag_bg: label.tag_bg, tag_fg: label.tag_fg },
      });
      const { data } = await context.clickup.call(Getalltagsfromtimeentries, { path: { team_id } });
      const names = data.map(({ name }) => name);
      return names.includes(to) && !names.includes(label.name)
        ? { applied: [`tag: ${label.name} → ${to}`] }
        : { not_applied: [{ field: 'rename', wanted: to, is: names.includes(to) ? to : label.name }] };
    }
    const { applied, not_applied, created } = await tagEntries(args, context);
    return {
      applied: applied.length ? applied : undefined,
      new_tags: created.length ? created : undefined,
      not_applied: not_applied.length ? not_applied : undefined,
    };
  },
});
