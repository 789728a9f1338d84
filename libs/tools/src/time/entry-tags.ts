import { Getalltagsfromtimeentries, type TimeEntry } from '#libs/clickup';
import { type ToolContext } from '../tool/tool.js';

/** A label as requests carry it: ClickUp wants its colours each time, and would repaint it without them. */
export interface EntryTag {
  name: string;
  tag_fg: string;
  tag_bg: string;
}

/** What ClickUp's own screens give a label that nobody chose a colour for. */
const COLOURS = { tag_fg: '#ffffff', tag_bg: '#7b68ee' };

type Labels = NonNullable<TimeEntry['tags']>;

export const coloured = ({ name, tag_fg, tag_bg }: Labels[number]): EntryTag => ({
  name,
  tag_fg: tag_fg ?? COLOURS.tag_fg,
  tag_bg: tag_bg ?? COLOURS.tag_bg,
});

/** One request when there are names, otherwise none: the labels by these names in their own spelling and colours, and which of them are new. */
export async function labelsFor(
  names: readonly string[] | undefined,
  { clickup, directory }: Pick<ToolContext, 'clickup' | 'directory'>,
): Promise<{ tags: EntryTag[]; created: string[] }> {
  if (!names?.length) return { tags: [], created: [] };
  const { id: team_id } = await directory.workspace();
  const { data } = await clickup.call(Getalltagsfromtimeentries, { path: { team_id } });
  const known = new Map(data.map((label) => [label.name.toLowerCase(), coloured(label)]));
  const wanted = [...new Map(names.map((name) => [name.toLowerCase(), name])).entries()];
  return {
    tags: wanted.map(([key, name]) => known.get(key) ?? { name, ...COLOURS }),
    created: wanted.filter(([key]) => !known.has(key)).map(([, name]) => name),
  };
}
