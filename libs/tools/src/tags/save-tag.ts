import { CreateSpaceTag, EditSpaceTag, GetSpaceTags } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied, wasIs } from '../answers/changes.js';
import { Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { defineTool } from '../tool/tool.js';
import { spaceOf } from '../workspace/whole-place.js';

const TagName = z.string().min(1).max(200);
const Color = z
  .string()
  .max(7)
  .regex(/^#[0-9a-f]{6}$/i);
const WHITE = '#ffffff';
const VIOLET = '#7b68ee';

export const saveTag = defineTool({
  name: 'save_tag',
  title: 'Save tag',
  description: 'Create a tag in a Space, or rename or recolour it on all tasks that have it.',
  toolset: 'tags',
  verb: 'update',
  listed: false,
  covers: [CreateSpaceTag, EditSpaceTag],
  needs: { name: [EditSpaceTag], color: [[CreateSpaceTag, EditSpaceTag]] },
  input: z.strictObject({
    tag: TagName,
    within: Ref.describe('Space'),
    name: TagName.optional().describe('New name'),
    color: Color.optional().describe('Background, "#rrggbb"'),
    text_color: Color.optional(),
  }),
  output: z.strictObject({
    outcome: z.string(),
    tag: z.string(),
    space: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ outcome, tag }) => `${outcome.charAt(0).toUpperCase()}${outcome.slice(1)}: tag ${tag}`,
  async handler({ tag, within, name, color, text_color }, { clickup, directory }) {
    const space = spaceOf(await naming('within', () => directory.place(within)));
    const path = { space_id: space.id };
    const find = async (wanted: string) =>
      // ClickUp keeps names in lower case.
      (await clickup.call(GetSpaceTags, { path })).tags.find((each) => each.name === wanted.trim().toLowerCase());
    const before = await find(tag);
    if (!before && name !== undefined)
      throw new AppError('invalid_parameters', `tag: there is no tag "${tag}" in ${space.name} to rename.`, {
        details: { parameter: 'tag' },
      });
    const wanted = {
      name: (name ?? tag).trim().toLowerCase(),
      fg: text_color ?? before?.tag_fg ?? WHITE,
      bg: color ?? before?.tag_bg ?? VIOLET,
    };
    if (before) {
      if (wanted.name !== before.name && (await find(wanted.name)))
        throw new AppError(
          'invalid_parameters',
          `name: ${space.name} has a tag "${wanted.name}" already; ClickUp would make the two one. Choose another name.`,
          { details: { parameter: 'name' } },
        );
      const same = wanted.name === before.name && wanted.fg === before.tag_fg && wanted.bg === before.tag_bg;
      if (same) return { outcome: 'unchanged', tag: before.name, space: space.name };
      await clickup.call(EditSpaceTag, {
        path: { ...path, tag_name: before.name },
        body: { tag: { name: wanted.name, fg_color: wanted.fg, bg_color: wanted.bg } },
      });
    } else
      await clickup.call(CreateSpaceTag, {
        path,
        body: { tag: { name: wanted.name, tag_fg: wanted.fg, tag_bg: wanted.bg } },
      });
    // Neither answer can be trusted to show what is there now.
    const after = await find(wanted.name);
    const applied = before
      ? [
          wasIs('name', before.name, after?.name ?? before.name),
          wasIs('color', before.tag_bg, after?.tag_bg),
          wasIs('text_color', before.tag_fg, after?.tag_fg),
        ].filter((line) => line !== undefined)
      : [];
    const lacking = [
      ...(after ? [] : [{ field: 'tag', wanted: wanted.name, is: before?.name ?? 'none' }]),
      ...(after && after.tag_bg !== wanted.bg
        ? [{ field: 'color', wanted: wanted.bg, is: after.tag_bg ?? 'none' }]
        : []),
      ...(after && after.tag_fg !== wanted.fg
        ? [{ field: 'text_color', wanted: wanted.fg, is: after.tag_fg ?? 'none' }]
        : []),
    ];
    return {
      outcome: before ? (applied.length ? 'changed' : 'unchanged') : after ? 'created' : 'unchanged',
      tag: after?.name ?? tag,
      space: space.name,
      ...(applied.length > 0 && { applied }),
      ...(lacking.length > 0 && { not_applied: lacking }),
    };
  },
});
