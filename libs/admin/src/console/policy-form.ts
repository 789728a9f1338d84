import { type Place } from '#libs/clickup';
import { APPROVE, RISKS } from '#libs/core';
import { unknownNames } from '#libs/mcp';
import { type Places, type Policy, workspacePolicy, WRITTEN_POLICY } from '#libs/permissions';
import { type Form, PageError } from '#libs/web';

const MODES = ['read', 'selective', 'write'] as const;
const GROUPS = { space: 'spaces', folder: 'folders', list: 'lists' } as const;
/** What can be ticked of the risks; everybody may take the normal one. */
const OFFERED_RISKS = RISKS.filter((risk) => risk !== 'normal');
const LONGEST = 60_000;

const valueOf = ({ kind, id }: Pick<Place, 'kind' | 'id'>): string => `${kind}:${id}`;
/** The values of all of these places, as the tree has them. */
const valuesOf = ({ spaces, folders, lists }: Places): string[] => [
  ...spaces.map((id) => valueOf({ kind: 'space', id })),
  ...folders.map((id) => valueOf({ kind: 'folder', id })),
  ...lists.map((id) => valueOf({ kind: 'list', id })),
];
const same = (one: Places, other: Places): boolean => {
  const [a, b] = [valuesOf(one), valuesOf(other)];
  return a.length === b.length && a.every((value) => b.includes(value));
};

/** A place of the tree of the form; what ClickUp does not show to whoever looks is named by its id. */
interface Branch extends Pick<Place, 'kind' | 'id' | 'name' | 'path'> {
  kept?: 'hidden';
  children: readonly Branch[];
}

/** A policy as the form shows it. */
export function formOf(policy: Policy, tree: readonly Place[], areas: readonly string[]) {
  const { mode, read, write, toolsets, disabledToolsets = [], risks } = policy;
  const places = write ?? read;
  const ticked = new Set(places ? valuesOf(places) : []);
  const known = new Set(flat(tree).map(valueOf));
  const hidden = [...ticked].flatMap((value): Branch[] => {
    const [kind = '', id = ''] = value.split(':');
    return known.has(value)
      ? []
      : [{ kind: kind as Place['kind'], id, name: id, path: id, kept: 'hidden', children: [] }];
  });
  return {
    mode,
    limited: read !== undefined,
    /** What may be seen is not what may be changed: both stay as they are, unless they are joined. */
    apart: read !== undefined && write !== undefined && !same(read, write),
    tree: [...hidden, ...tree],
    ticked,
    placeValue: valueOf,
    areas: areas.map((area) => ({
      area,
      ticked: (toolsets === undefined || toolsets.includes(area)) && !disabledToolsets.includes(area),
    })),
    risks: OFFERED_RISKS.map((risk) => ({ risk, ticked: risks === undefined || risks.includes(risk) })),
    enabled: (policy.enabledTools ?? []).join('\n'),
    disabled: (policy.disabledTools ?? []).join('\n'),
    clients: (policy.clients ?? []).join('\n'),
    confirm: policy.confirm ?? '',
    approve: policy.approve ?? '',
  };
}

const flat = (tree: readonly Place[]): Place[] => tree.flatMap((place) => [place, ...flat(place.children)]);

/**
 * The policy that a form asks for, as people write it. What the form does not show stays as it was.
 * @throws PageError for what no form of ours sends
 */
export function writtenIn(form: Form, before: Policy, areas: readonly string[]): object {
  const mode = MODES.find((one) => one === form.text('mode'));
  if (!mode) throw new PageError('invalid_parameters', 'problem.field');
  const chosen = placesIn(form.all('place'));
  const keeps = form.text('apart') === 'keep';
  const read = keeps ? before.read : form.text('limit') === 'places' ? chosen : undefined;
  const [toolsets, risks] = [form.all('toolset'), form.all('risk')];
  const [enabled, disabled, clients] = [namesIn(form, 'enabled'), namesIn(form, 'disabled'), namesIn(form, 'clients')];
  const confirm = form.text('confirm');
  const approve = APPROVE.find((one) => one === form.text('approve'));
  return {
    mode,
    ...(mode === 'selective' && { write: (keeps && before.write) || chosen }),
    ...(read && { read }),
    ...(before.methods && { methods: before.methods }),
    ...(areas.some((area) => !toolsets.includes(area)) && { toolsets }),
    ...(OFFERED_RISKS.some((risk) => !risks.includes(risk)) && { risks }),
    ...(enabled.length > 0 && { enabled_tools: enabled }),
    ...(disabled.length > 0 && { disabled_tools: disabled }),
    ...(clients.length > 0 && { clients }),
    ...(confirm === 'always' && { confirm }),
    ...(approve && { approve }),
  };
}

/** The layer that a written policy is. @throws PageError for one that cannot be stored */
export function policyIn(written: unknown): Policy {
  const { success, data } = WRITTEN_POLICY.safeParse(written);
  const policy = success ? workspacePolicy(data) : undefined;
  if (!policy || unknownNames(policy).length > 0) throw new PageError('invalid_parameters', 'problem.policy');
  return policy;
}

const SPACES = ' \t\r\n,';
/** Names, however they are separated. */
function namesIn(form: Form, field: string): string[] {
  const names = [''];
  for (const letter of form.text(field, LONGEST))
    if (SPACES.includes(letter)) names.push('');
    else names[names.length - 1] += letter;
  return names.filter((name) => name !== '');
}

function placesIn(values: readonly string[]): Places {
  const places = { spaces: [] as string[], folders: [] as string[], lists: [] as string[] };
  for (const value of values) {
    const [kind = '', id = ''] = value.split(':');
    if (!Object.hasOwn(GROUPS, kind)) throw new PageError('invalid_parameters', 'problem.field');
    places[GROUPS[kind as keyof typeof GROUPS]].push(id);
  }
  return places;
}
