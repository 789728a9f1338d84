import { type Place } from '#libs/clickup';
import { type Places, type Policies, type Policy } from '#libs/permissions';
import { type Form, PageError } from '#libs/web';
import { AREAS } from './areas.js';
import { common, isNothing, NOWHERE, samePlaces } from './chosen-places.js';

export const MODES = ['read', 'selective', 'write'] as const;
export type Mode = (typeof MODES)[number];

/** The modes that all of these layers allow. */
export function offeredModes(policies: Policies): readonly Mode[] {
  const widest = Math.min(
    ...policies.map(({ mode, write }) =>
      mode === 'selective' && (!write || isNothing(write)) ? 0 : MODES.indexOf(mode),
    ),
  );
  return MODES.slice(0, Math.max(widest, 0) + 1);
}

/** Which tools a person wants a client to see. */
export interface ChosenTools {
  /** What was ticked; empty = everything. */
  toolsets: readonly string[];
  profile?: 'full';
}

/** The areas that a form offers: those that the operator's layer has not taken away. */
export function offeredToolsets(policies: Policies): string[] {
  return Object.keys(AREAS).filter((toolset) =>
    policies.every(
      ({ toolsets, disabledToolsets }) =>
        (!toolsets || toolsets.includes(toolset)) && !disabledToolsets?.includes(toolset),
    ),
  );
}

/** What was ticked of that. @throws PageError for anything that was not offered */
export function chosenTools(form: Form, offered: readonly string[]): ChosenTools {
  const [toolsets, profile] = [[...new Set(form.all('toolset'))], form.text('profile')];
  // A client that leaves something out grants less, never more: so nothing may be ignored here.
  if (!toolsets.every((each) => offered.includes(each)) || !['', 'full'].includes(profile))
    throw new PageError('invalid_parameters', 'problem.field');
  return { toolsets, ...(profile === 'full' && { profile }) };
}

/** What may be done, and whether only what lies in chosen places may be seen. */
export interface ChosenRights {
  mode: Mode;
  limited: boolean;
}

/** Whether these rights name places, which the person ticks on a page of its own. */
export const needsPlaces = ({ mode, limited }: ChosenRights) => mode === 'selective' || limited;

/** The policy of a connection, as the person chose it. `places` are those that {@link needsPlaces} asks for. */
export const chosenPolicy = (
  { mode, limited }: ChosenRights,
  { toolsets, profile }: ChosenTools,
  places?: Places,
): Policy => ({
  mode,
  ...(mode === 'selective' && { write: places }),
  ...(limited && { read: places }),
  ...(toolsets.length > 0 && { toolsets }),
  ...(profile && { profile }),
});

/** What a policy holds of what a form offers: the pages of a change begin with it. */
export const rightsOf = ({ mode, read }: Policy): ChosenRights => ({ mode, limited: read !== undefined });
export const toolsOf = ({ toolsets = [], profile }: Policy): ChosenTools => ({
  toolsets,
  ...(profile === 'full' && { profile }),
});

/** The places that the page begins with when rights are changed: never more than what was granted, so that nothing widens unseen. */
export function tickedOf(
  tree: readonly Place[],
  policy: Policy,
  { mode }: Pick<ChosenRights, 'mode'>,
): ReadonlySet<string> {
  const { write, read } = scopesOf(policy);
  const scopes = mode === 'selective' ? [write, read] : [read ?? write];
  return common(
    tree,
    scopes.flatMap((scope) => scope ?? []),
  );
}

const scopesOf = ({ mode, write, read }: Policy) => ({
  write: mode === 'selective' ? (write ?? NOWHERE) : undefined,
  read,
});

/** The places of a policy that sees other places than it may change, which one choice of places cannot say. */
export function apartOf(policy: Policy | undefined): { write: Places; read: Places } | undefined {
  const { write, read } = policy ? scopesOf(policy) : {};
  return write && read && !samePlaces(write, read) ? { write, read } : undefined;
}
