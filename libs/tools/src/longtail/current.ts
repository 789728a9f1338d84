import { type Arguments, type Operation, pathParameters, type Target, type TargetKind } from '#libs/clickup';
import { AppError } from '#libs/core';
import { concurrently } from '../tool/concurrently.js';
import { type ToolContext } from '../tool/tool.js';
import { type Around } from './reader.js';
import { READERS } from './readers.js';

/**
 * At most so many objects are described. Where something may be lost, all objects are read, so that a change of any of them is noticed;
 * otherwise only those whose names help a person.
 */
const FEW = 3;
const IN_WORDS = new Set(['task', 'list']);
const MAX_READ = 50;
const AT_A_TIME = 5;

type Lookups = Pick<ToolContext, 'clickup' | 'directory'>;

/** Permission is judged for the Space of a tag and the task of a checklist item, so these two are no targets; but they are what is changed, so a preview has to show them. */
const NAMED_BESIDE: Readonly<Record<string, keyof typeof READERS>> = {
  tag_name: 'tag',
  checklist_item_id: 'checklist_item',
};

/** What else a call names, by which some objects are found. */
export function aroundOf(args: Arguments, { clickup, directory }: Lookups): Around {
  const path = (args.path ?? {}) as Record<string, string>;
  const named = path.team_id ?? path.team_Id ?? path.workspace_id;
  const workspaces = async () => (named === undefined ? (await directory.workspaces()).map(({ id }) => id) : [named]);
  return { call: clickup.call, workspaces, path, parent: args.parent ?? {} };
}

/**
 * The objects that a change would touch, as they are now: `touches` describes them to people, `state` holds everything that ClickUp says
 * of them, so that a change is noticed.
 * @throws AppError `invalid_parameters` when that cannot be told, because such a call could not be confirmed
 */
export async function currentOf(
  row: Operation,
  args: Arguments,
  targets: readonly Target[],
  lookups: Lookups,
): Promise<{ touches: string; state: unknown[] }> {
  const around = aroundOf(args, lookups);
  const { path } = around;
  const beside = Object.entries(NAMED_BESIDE).flatMap(([name, kind]) =>
    path[name] === undefined ? [] : [{ kind, id: path[name] }],
  );
  const objects: { kind: TargetKind | 'checklist_item'; id: string }[] = [...targets, ...beside];
  if (objects.length === 0) {
    // What needs no object (an exchange of codes) is confirmed by its arguments alone.
    if (row.targets || pathParameters(row).length > 0) throw refusal('names no object that it would touch');
    return { touches: 'nothing that is there yet', state: [] };
  }
  if (row.risk !== 'normal' && objects.length > MAX_READ)
    throw refusal(
      `touches ${objects.length} objects; ${MAX_READ} at most can be shown and checked before they are changed`,
    );
  const isRead = (kind: string, index: number) => row.risk !== 'normal' || (index < FEW && IN_WORDS.has(kind));
  const seen = await concurrently(objects, AT_A_TIME, async ({ kind, id }, index) =>
    isRead(kind, index) ? READERS[kind]?.(id, around) : undefined,
  );
  const lines = objects.map(({ kind, id }, index) => {
    const facts =
      index < FEW
        ? Object.entries(seen[index]?.facts ?? {}).flatMap(([key, value]) =>
            value === undefined ? [] : [`${key} ${oneLine(value)}`],
          )
        : [];
    return [`${kind} ${id}`, ...facts].join(', ');
  });
  return { touches: lines.join('; '), state: seen.map((each) => each?.state ?? null) };
}

/** Names and texts were written by others: none may look like a further line. */
const oneLine = (value: string | number): string => String(value).replace(/\s+/g, ' ');

const refusal = (why: string) =>
  new AppError('invalid_parameters', `This call ${why}.`, { details: { parameter: 'operation' } });

/**
 * Properties that change although the object does not: when people were last active, and links to pictures. Links to files lose their
 * signatures below, for the same reason.
 */
const VOLATILE = new Set(['last_active', 'profilePicture']);
export const digestible = (state: unknown): string =>
  JSON.stringify(state, (key, value: unknown) =>
    VOLATILE.has(key) ? undefined : typeof value === 'string' && /^https?:/.test(value) ? value.split('?')[0] : value,
  );
