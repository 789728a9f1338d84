import { AppError } from '#libs/core';
import { type Place } from '#libs/clickup';
import { type ToolContext } from '../tool/tool.js';
import { tagKey } from './wants.js';

type Looking = Pick<ToolContext, 'directory' | 'clickup'>;

/**
 * Which of these tags a Space does not have yet, so that ClickUp makes them: a mistyped name is a new tag, and nobody would notice. When
 * the tags of the Space cannot be read, the answer is that this is not known.
 */
export async function newTags(
  tags: readonly string[],
  space: string,
  { directory, clickup }: Looking,
): Promise<string[]> {
  const wanted = [...new Set(tags.map(tagKey))];
  if (wanted.length === 0) return [];
  const within: Place = { kind: 'space', id: space, name: '', path: '', children: [] };
  const unknown = async () => {
    const there = new Set((await directory.objects('tag', within)).map(({ name }) => tagKey(name)));
    return wanted.filter((tag) => !there.has(tag));
  };
  try {
    const before = clickup.stats.requests;
    const found = await unknown();
    // What is kept may be minutes old: before a tag is called new, the tags are read afresh.
    if (found.length === 0 || clickup.stats.requests > before) return found;
    directory.invalidate('tag');
    return await unknown();
  } catch (thrown) {
    const error = AppError.of(thrown);
    if (error.code === 'internal_error') throw thrown;
    return [`not known: the tags of the Space could not be read (${error.message})`];
  }
}

/** The Space that a List lies in. */
export async function spaceOfList(list: string, { directory }: Pick<ToolContext, 'directory'>): Promise<string> {
  let place = await directory.place(list, ['list']);
  while (place.parent) place = place.parent;
  return place.id;
}
