import { type Place } from '#libs/clickup';
import { type OwnGrant } from '#libs/connections';
import { type Places, type Policies } from '#libs/permissions';
import { isLoopbackOnly } from '../oauth/clients/redirect-uris.js';
import { AREAS } from './choice/areas.js';
import { NOWHERE, placeValue, placeValues } from './choice/chosen-places.js';
import { MODES, offeredModes } from './choice/chosen-policy.js';
import { type Identity } from './identities.service.js';
import { type Moments } from './moments.js';

/** The places of a policy as people know them. */
export interface ShownPlaces {
  /** Whole paths, in the order of the tree. */
  paths: string[];
  /** How many have no name here: deleted, hidden from the person, or ClickUp does not answer. */
  unnamed: number;
}

/** What `/sessions` needs to know beside the grants themselves. */
export interface Surroundings extends Pick<Identity, 'workspaces' | 'closed'> {
  /** By Workspace; none where ClickUp does not answer. */
  trees: ReadonlyMap<string, readonly Place[]>;
  /** The layers above every grant, by Workspace. */
  above: ReadonlyMap<string, Policies>;
  moments: Moments;
}

/** Whether names of places are needed to show what these may do. */
export const namesPlaces = ({ policy, within }: Pick<OwnGrant, 'policy' | 'within'>) =>
  [policy, within].some((layer) => layer?.read !== undefined || layer?.write !== undefined);

/** A grant as `/sessions` shows it: only what it may really do, within what the operator and its Workspace allow. */
export function shownGrant(
  {
    id,
    kind,
    label,
    address,
    workspaceId,
    state,
    policy,
    within,
    config,
    tokenRequired,
    createdAt,
    lastUsedAt,
    expiresAt,
  }: OwnGrant,
  { workspaces, closed = [], trees, above, moments }: Surroundings,
) {
  const widest = offeredModes(above.get(workspaceId) ?? []).at(-1) ?? 'read';
  const layers = within ? [policy, within] : [policy];
  const mode = MODES.find((each) => each === widest || layers.some((layer) => layer.mode === each)) ?? 'read';
  const places = (scope: Places | undefined) => scope && namedPlaces(scope, trees.get(workspaceId) ?? []);
  return {
    id,
    kind,
    label,
    address,
    loopback: isOwnComputer(address),
    mode,
    workspace: [...workspaces, ...closed].find((each) => each.id === workspaceId)?.name ?? workspaceId,
    closed: closed.some((each) => each.id === workspaceId),
    refused: state === 'needs_reauth',
    places: layers.map((layer) => ({
      write: mode === 'selective' && layer.mode === 'selective' ? places(layer.write ?? NOWHERE) : undefined,
      read: places(layer.read),
    })),
    // Areas that every layer has.
    areas: [...new Set(layers.flatMap(({ toolsets = [] }) => toolsets))]
      .filter((toolset) => layers.every(({ toolsets }) => toolsets?.includes(toolset) ?? true))
      .flatMap((toolset) => AREAS[toolset] ?? []),
    // In the words in which they were asked for.
    methods: config?.methods ?? [],
    tokenRequired,
    created: moments.day(createdAt),
    lastUsed: lastUsedAt ? moments.minute(lastUsedAt) : undefined,
    // A session ends when it is not used, which is no date that a person could rely on.
    ends: kind !== 'session' && kind !== 'jwt' && expiresAt ? moments.day(expiresAt) : undefined,
    // The rights of a server URL are told when it is made.
    fixed: kind === 'server_url',
  };
}

/** Whether the person was sent to a program on a computer, whose address says nothing to people. */
export const isOwnComputer = (address: string | null): boolean => isLoopbackOnly([`http://${address}/`]);

/** The names of these places, as far as the tree has them. */
export function namedPlaces(scope: Places, tree: readonly Place[]): ShownPlaces {
  const wanted = placeValues(scope);
  const named = (places: readonly Place[]): string[] =>
    places.flatMap((place) => [...(wanted.has(placeValue(place)) ? [place.path] : []), ...named(place.children)]);
  const paths = named(tree);
  return { paths, unnamed: wanted.size - paths.length };
}
