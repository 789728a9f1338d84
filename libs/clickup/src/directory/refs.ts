import { AppError } from '#libs/core';
import { parentPlaceKind } from '../operations/index.js';
import { isCustomTaskId } from '../task-ids.js';
import { type Place } from './directory.js';

/** What a reference says by itself, without asking ClickUp. */
export interface PlaceRef {
  /** undefined for a bare id: it may be any kind. */
  kind?: Place['kind'];
  id: string;
  /** The Workspace a URL names. */
  team?: string;
}

interface TaskRef {
  id: string;
  custom: boolean;
  team?: string;
}

export const MAX_REF_LENGTH = 500;
const ID = /^\d{1,20}$/;
const PLAIN_TASK = /^[a-z0-9]{1,20}$/i;
const MARKERS: ReadonlyMap<string, Place['kind']> = new Map([
  ['li', 'list'],
  ['f', 'folder'],
  ['s', 'space'],
]);
/** Default views are named after what they show: `6-901100200300-1` shows a List. The first number says what kind it is. */
const DEFAULT_VIEW = /^(\d{1,2})-(\d{1,20})-\d+$/;

/**
 * A bare id or a URL of a Space, Folder or List; undefined for anything else (a name or a path).
 * @throws AppError `invalid_parameters` for a URL that shows something else
 */
export function placeRef(ref: string): PlaceRef | undefined {
  if (ID.test(ref)) return { id: ref };
  const url = clickUpUrl(ref);
  if (!url) return undefined;
  const team = ID.test(url[0] ?? '') ? url[0] : undefined;
  for (const [index, part] of url.entries()) {
    const next = url[index + 1] ?? '';
    const [, view = '', shown = ''] = DEFAULT_VIEW.exec(part) ?? [];
    const found = ID.test(next) ? { kind: MARKERS.get(part), id: next } : { kind: parentPlaceKind(view), id: shown };
    if (found.kind) return { ...found, team };
  }
  throw new AppError(
    'invalid_parameters',
    'This ClickUp URL does not show a Space, Folder or List: give its id, its name or its path.',
    { details: { type: 'Space, Folder or List' } },
  );
}

/**
 * `abc123`, `#abc123`, `CU-abc123`, a custom id `ENG-123`, or a URL of a task.
 * @throws AppError `invalid_parameters`
 */
export function taskRef(ref: string): TaskRef {
  const url = ref.length > MAX_REF_LENGTH ? undefined : clickUpUrl(ref.trim());
  const named = url ? fromTaskUrl(url) : { text: ref.trim().replace(/^#/, '') };
  const plain = named?.text.replace(/^CU-(?=[a-z0-9]+$)/i, '');
  if (named && plain !== undefined && PLAIN_TASK.test(plain))
    return { id: plain.toLowerCase(), custom: false, team: named.team };
  if (named && isCustomTaskId(named.text)) return { id: named.text.toUpperCase(), custom: true, team: named.team };
  throw new AppError(
    'invalid_parameters',
    'This is not a task: give an id like "86abc123", a custom id like "ENG-123" or the URL of the task.',
    { details: { type: 'task id' } },
  );
}

/** The id of a task whose text can be nothing else: letters and digits, some of each or digits alone. Words may be names. */
export const sureTaskId = (ref: string): string | undefined =>
  PLAIN_TASK.test(ref) && /\d/.test(ref) ? ref.toLowerCase() : undefined;

function fromTaskUrl(parts: readonly string[]): { text: string; team?: string } | undefined {
  const at = parts.indexOf('t');
  const [first, second] = at < 0 ? [] : parts.slice(at + 1);
  if (first === undefined) return undefined;
  return second !== undefined && ID.test(first) ? { text: second, team: first } : { text: first };
}

/** The path segments of a ClickUp URL, still encoded; undefined when it is none. Nothing is ever fetched from it. */
export function clickUpUrl(ref: string): string[] | undefined {
  const [, host, path] = /^(?:https?:\/\/)?([a-z0-9-]+\.clickup\.com)\/([^?#]*)/i.exec(ref) ?? [];
  if (host === undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(ref)) {
    throw new AppError('invalid_parameters', 'This is not a ClickUp URL.', {
      details: { type: 'id, name, path or URL' },
    });
  }
  return path?.split('/').filter(Boolean);
}
