import { AppError } from '#libs/core';
import { type ToolContext } from '../tool/tool.js';
import { indexFor, type IndexContext, stateOf, stillThere } from './index-for.js';
import { type KeptTask } from './kept-task.js';
import { wordsOf } from './match.js';
import { type TaskIndex } from './task-index.js';

type Context = IndexContext & Pick<ToolContext, 'zone'>;

const MOST_SHOWN = 8;
/** What stands between the parts of a path. */
const SEPARATOR = ' / ';
/** A path has a Space, a Folder and a List, whose names can hold the separator themselves. Each one tried is a search. */
const MOST_SPLITS = 6;

/**
 * The id of the one task that bears a name, without regard to case and punctuation; `List / name` says where it lies.
 * @returns undefined where there is no index to look it up in, or where it is no name
 * @throws AppError `invalid_parameters` with the candidates when it can be several, or when not all tasks are known yet; `clickup_not_found`
 * with similar ones
 */
export async function taskNamed(ref: string, context: Context): Promise<string | undefined> {
  const name = ref.trim();
  if (wordsOf(name).length === 0 || name.includes('://')) return undefined;
  const index = await indexFor(context);
  if (!index) return undefined;
  const bearers = await bearing(name, index, context);
  const there = await stillThere(index, bearers, context);
  const [only, another] = bearers.filter(({ id }) => there.has(id));
  if (only && !another && index.fullSince !== undefined) return only.id;
  throw only
    ? ambiguous(name, bearers, index, await stateOf(index, context))
    : missing(name, index, await stateOf(index, context));
}

/** The tasks of this name; where there are none, those whose place and name it spells. */
async function bearing(name: string, index: TaskIndex, { directory }: Context): Promise<KeptTask[]> {
  const named = namesakes(name, index);
  if (named.length > 0) return named;
  let at = name.indexOf(SEPARATOR);
  for (let split = 0; at > 0 && split < MOST_SPLITS; split++, at = name.indexOf(SEPARATOR, at + 1)) {
    const here = namesakes(name.slice(at + SEPARATOR.length).trim(), index);
    if (here.length === 0) continue;
    const place = await directory.place(name.slice(0, at)).catch(() => undefined);
    if (place) return here.filter((task) => task[place.kind].id === place.id);
  }
  return [];
}

function namesakes(name: string, index: TaskIndex): KeptTask[] {
  const same = name.toLowerCase();
  const exact = [...index.all()].filter((task) => task.name.trim().toLowerCase() === same);
  if (exact.length > 0) return exact;
  const words = wordsOf(name).join(' ');
  return index
    .search(name)
    .filter(({ task, fits }) => fits === 'all' && wordsOf(task.name).join(' ') === words)
    .map(({ task }) => task);
}

const described = ({ id, custom_id, name, status, list }: KeptTask): string =>
  `${custom_id ?? id} "${name}" (${status.status}, in ${list.name})`;

const quoted = (name: string): string => `"${name.length > 80 ? `${name.slice(0, 80)}…` : name}"`;

function ambiguous(name: string, bearers: readonly KeptTask[], index: TaskIndex, state: string): AppError {
  const shown = bearers.slice(0, MOST_SHOWN);
  const more = bearers.length > shown.length ? ` and ${bearers.length - shown.length} more` : '';
  const which = shown.map(described).join('; ');
  const message =
    bearers.length > 1
      ? `${quoted(name)} can mean more than one task: ${which}${more}. Pass the id of one of them.`
      : `${quoted(name)} may be ${which}, but other tasks can bear this name, too: ${state}. Pass this id if it is the one.`;
  return new AppError('invalid_parameters', message, {
    details: { candidates: shown.map(({ id, name: path }) => ({ id, path, kind: 'task' })) },
  });
}

function missing(name: string, index: TaskIndex, state: string): AppError {
  const near = index.search(name).slice(0, 3);
  const hint = near.length ? ` Did you mean ${near.map(({ task }) => described(task)).join(' or ')}?` : '';
  const where = index.fullSince === undefined ? ` so far (${state}; call again to look further)` : '';
  return new AppError('clickup_not_found', `There is no task ${quoted(name)}${where}.${hint}`);
}
