import { AppError } from '#libs/core';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';

/** A person or a user group that a task can be assigned to. */
export interface Assignee {
  id: number | string;
  name: string;
  kind: 'person' | 'group';
}

const plain = (text: string): string => text.trim().toLowerCase();

/** A group of exactly this name or id; undefined when there is none. */
async function groupNamed(ref: string, { directory }: Pick<ToolContext, 'directory'>): Promise<Assignee | undefined> {
  const wanted = plain(ref);
  const found = (await directory.objects('group')).filter(({ id, name }) => id === ref || plain(name) === wanted);
  const [only, another] = found;
  if (another)
    throw new AppError('invalid_parameters', `"${ref}" is the name of ${found.length} groups: give the id.`, {
      details: { candidates: found.map(({ id, name }) => `${name} (${id})`) },
    });
  return only && { id: only.id, name: only.name, kind: 'group' };
}

/** A person, or a user group by its exact name. A group goes before a person whose name only contains the text. */
async function assignee(ref: string, context: Pick<ToolContext, 'directory'>): Promise<Assignee> {
  const person = await context.directory.person(ref).catch((thrown: unknown) => AppError.of(thrown));
  if (!(person instanceof AppError)) {
    const exact = ['me', String(person.id), plain(person.username), plain(person.email)].includes(plain(ref));
    const group = exact ? undefined : await groupNamed(ref, context);
    return group ?? { id: person.id, name: person.username || person.email, kind: 'person' };
  }
  if (person.code !== 'invalid_parameters' && person.code !== 'clickup_not_found') throw person;
  const group = await groupNamed(ref, context);
  if (group) return group;
  throw person;
}

/**
 * The people and groups named, each once.
 * @throws AppError that names the argument: `invalid_parameters` with candidates, `clickup_not_found`
 */
export async function assigneesOf(
  argument: string,
  refs: readonly string[],
  context: Pick<ToolContext, 'directory'>,
): Promise<Assignee[]> {
  const found = new Map<string, Assignee>();
  // One after another: all are found in the same cached lists, and the first unknown name ends the work.
  for (const ref of new Set(refs)) {
    const one = await naming(argument, () => assignee(ref, context));
    found.set(`${one.kind} ${one.id}`, one);
  }
  return [...found.values()];
}

export const idsOfPeople = (assignees: readonly Assignee[]): number[] =>
  assignees.flatMap(({ id }) => (typeof id === 'number' ? [id] : []));
export const idsOfGroups = (assignees: readonly Assignee[]): string[] =>
  assignees.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
export const namesOf = (assignees: readonly Assignee[]): string => assignees.map(({ name }) => name).join(', ');
