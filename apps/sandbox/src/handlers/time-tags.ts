import { type Call, type Handler } from '../call.js';
import { objectIn, textField, textsIn } from '../fields.js';
import { refuse } from '../refusal.js';
import { userWire } from '../wire/user.js';
import { type TimeEntry } from '../world/types.js';
import { entryOf } from './time-address.js';

type Label = TimeEntry['tags'][number];

export const Gettimeentryhistory: Handler = (call) => ({
  data: call.world.timeHistory.of(entryOf(call)).map(({ id, field, before, after, user, date }) => ({
    id,
    field,
    before,
    after,
    date: String(date),
    user: userWire(user),
  })),
});

/** All labels that some entry carries: a label exists on entries only. */
export const Getalltagsfromtimeentries: Handler = ({ access, path }) => {
  const { entries } = access.workspace(path.team_id);
  const labels = new Map(entries.flatMap(({ tags }) => tags).map((label) => [label.name, label]));
  return { data: [...labels.values()].map(({ name, creator, bg, fg }) => ({ name, creator, tag_bg: bg, tag_fg: fg })) };
};

export const Addtagsfromtimeentries: Handler = (call) => {
  const labels = labelsOf(call);
  const names = namesOf(labels);
  change(call, (tags) => [...tags.filter(({ name }) => !names.has(name)), ...labels]);
  return {};
};

export const Removetagsfromtimeentries: Handler = (call) => {
  const names = namesOf(labelsOf(call));
  change(call, (tags) => tags.filter(({ name }) => !names.has(name)));
  return {};
};

/** Changes the label on all entries of the Workspace, whoever they belong to. A name that no entry carries answers 200 and does nothing. */
export const Changetagnamesfromtimeentries: Handler = ({ access, path, body }) => {
  const name = textField(body, 'name');
  const next = textField(body, 'new_name')?.trim();
  if (!name || !next) throw refuse.labelInvalid();
  for (const entry of access.workspace(path.team_id).entries) {
    entry.tags = entry.tags.map((label) =>
      label.name === name
        ? { ...label, name: next, fg: textField(body, 'tag_fg') ?? label.fg, bg: textField(body, 'tag_bg') ?? label.bg }
        : label,
    );
  }
  return {};
};

/** Looks at all entries before it touches the first, so that a refusal leaves no half. */
function change(call: Call, tagsOf: (tags: readonly Label[]) => Label[]): void {
  const { world, path, body, user, now } = call;
  const entries = textsIn(body.time_entry_ids).map((id) => entryOf({ ...call, path: { ...path, timer_id: id } }));
  for (const entry of entries)
    world.timeHistory.track(entry, user, now, () => Object.assign(entry, { tags: tagsOf(entry.tags), at: now }));
}

/** The labels in the body of a request, each name once. */
function labelsOf({ body, user }: Call): Label[] {
  const given: unknown[] = Array.isArray(body.tags) ? body.tags : [];
  const labels = given.flatMap((item) => {
    const label = objectIn(item) ?? {};
    const name = textField(label, 'name');
    return name
      ? [
          {
            name,
            fg: textField(label, 'tag_fg') ?? '#ffffff',
            bg: textField(label, 'tag_bg') ?? '#7b68ee',
            creator: user.id,
          },
        ]
      : [];
  });
  return [...new Map(labels.map((label) => [label.name, label])).values()];
}

const namesOf = (labels: readonly Label[]) => new Set(labels.map(({ name }) => name));
