import { type Call, type Handler } from '../call.js';
import { objectIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { tagWire } from '../wire/task.js';
import { type Space, type Task } from '../world/types.js';

export const GetSpaceTags: Handler = ({ access, path }) => ({
  tags: [...access.space(path.space_id).tags.values()].map(tagWire),
});

/** Names are kept in lower case. Making a tag that exists answers 200 and changes nothing. */
export const CreateSpaceTag: Handler = (call) => {
  const space = spaceOf(call);
  const tag = objectIn(call.body.tag) ?? {};
  const name = nameIn(tag);
  if (!space.tags.has(name))
    space.tags.set(name, {
      name,
      fg: textField(tag, 'tag_fg') ?? '#ffffff',
      bg: textField(tag, 'tag_bg') ?? '#7b68ee',
      creator: call.user.id,
    });
  return {};
};

/** Tasks that have the tag get its new name; where they have that one too, the two become one. */
export const EditSpaceTag: Handler = (call) => {
  const space = spaceOf(call);
  const before = space.tags.get(call.path.tag_name?.trim().toLowerCase() ?? '');
  if (!before) throw refuse.tagUnknown();
  const change = objectIn(call.body.tag) ?? {};
  const name = nameIn(change);
  const tag = {
    ...before,
    name,
    fg: textField(change, 'fg_color') ?? before.fg,
    bg: textField(change, 'bg_color') ?? before.bg,
  };
  retag(space, call, before.name, [name]);
  space.tags.delete(before.name);
  space.tags.set(name, tag);
  return { tag: { name, fg_color: tag.fg, bg_color: tag.bg } };
};

/** Deleting a tag that the Space does not have answers 200 and does nothing. */
export const DeleteSpaceTag: Handler = (call) => {
  const space = spaceOf(call);
  const name = call.path.tag_name?.trim().toLowerCase() ?? '';
  if (space.tags.delete(name)) retag(space, call, name, []);
  return {};
};

function spaceOf({ access, path }: Call): Space {
  const space = access.space(path.space_id);
  access.mayBuild(space.workspace);
  return space;
}

function nameIn(tag: Readonly<Record<string, unknown>>): string {
  const name = textField(tag, 'name')?.trim().toLowerCase();
  if (!name) throw refuse.tagNameInvalid();
  return name;
}

function retag(space: Space, { world }: Call, name: string, replacement: readonly string[]): void {
  const tagged = (task: Task) => task.list.folder.space === space && task.tags.includes(name);
  for (const task of space.workspace.tasks.filter(tagged)) {
    task.tags = [...new Set(task.tags.flatMap((tag) => (tag === name ? replacement : [tag])))];
    world.changed(task);
  }
}
