import { type Place } from '#libs/clickup';
import { AppError } from '#libs/core';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';

type Kind = Place['kind'];

/** Which arguments say what is meant. */
interface Args {
  place: string;
  kind: Kind;
  within?: string | undefined;
}

/** What exists, or what a new one is called and where it goes. */
export interface Meant {
  found?: Place;
  name: string;
  holder?: Place;
  /** Where what exists is to lie instead. */
  to?: Place;
}

const looksLikeId = (ref: string): boolean => /^\d{6,}$/.test(ref.trim()) || /clickup\.com\//i.test(ref);

/**
 * The place that is meant, or what a new one is called and where it goes. A path says both; an id or URL names what must exist.
 */
export async function meant(args: Args, { directory }: ToolContext): Promise<Meant> {
  const { place, kind } = args;
  if (kind === 'space' && args.within !== undefined)
    throw new AppError('invalid_parameters', 'within: a Space lies in the Workspace itself: leave it out.', {
      details: { parameter: 'within' },
    });
  const holders: Kind[] = kind === 'list' || kind === 'folder' ? ['space', 'folder'] : [];
  const within =
    args.within === undefined ? undefined : await naming('within', () => directory.place(args.within!, holders));
  const text = place.trim();
  if (looksLikeId(text))
    return { ...elsewhere(await naming('place', () => directory.place(text, [kind])), within), name: text };
  const path = within ? `${within.path} / ${text}` : text;
  let unknown = '';
  const found = await directory.place(path, [kind]).catch((thrown: unknown) => {
    if (!isUnknownName(thrown)) throw named(thrown);
    unknown = thrown.message;
    return undefined;
  });
  if (found && (!within || found.path.startsWith(`${within.path} / `))) return { found, name: found.name };
  // A path of its own means what is there, a bare name a new one.
  const whole = within && text.includes('/') ? await directory.place(text, [kind]).catch(nothing) : undefined;
  if (whole) return { ...elsewhere(whole, within), name: whole.name };
  if (within) return { name: text, holder: within };
  if (kind === 'space') return { name: text };
  // "Engineering / Backend / New" is a new List in a Folder that exists, while a name may hold a slash itself.
  const cut = text.lastIndexOf('/');
  const above = cut < 0 ? undefined : text.slice(0, cut).trim();
  if (!above)
    throw new AppError(
      'invalid_parameters',
      `place: ${unknown} To create one of this name, say in which Space or Folder: within.`,
      { details: { parameter: 'place' } },
    );
  return { name: text.slice(cut + 1).trim(), holder: await naming('place', () => directory.place(above, holders)) };
}

const elsewhere = (found: Place, within: Place | undefined): Pick<Meant, 'found' | 'to'> =>
  within && found.parent?.id !== within.id ? { found, to: within } : { found };

/** Undefined where nothing has the name. */
function nothing(thrown: unknown): undefined {
  if (!isUnknownName(thrown)) throw named(thrown);
}

/** Whether nothing has this name: then it can be created. A name that several have, or another failure, is none of that. */
const isUnknownName = (thrown: unknown): thrown is AppError =>
  thrown instanceof AppError &&
  (thrown.code === 'clickup_not_found' || thrown.code === 'invalid_parameters') &&
  thrown.details.candidates === undefined;

const named = (thrown: unknown): unknown =>
  thrown instanceof AppError && thrown.code === 'invalid_parameters'
    ? new AppError(thrown.code, `place: ${thrown.message}`, { details: { ...thrown.details, parameter: 'place' } })
    : thrown;
