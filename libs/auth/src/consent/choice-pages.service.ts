import { type Policies } from '#libs/permissions';
import { type Form, PageError, type View } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { chosenOnes, offeredPlaces, placeValue, withKept } from './choice/chosen-places.js';
import { apartOf, type ChosenRights, tickedOf } from './choice/chosen-policy.js';
import { namedPlaces } from './connected.js';
import { type Flow } from './flow.js';
import { Identities, type Identity } from './identities.service.js';
import { type Moments } from './moments.js';
import { type OfferedTools, Offers } from './offers.service.js';
import { type OlderSession } from './older-sessions.js';

/** What both pages are shown with: who chooses, and what was chosen so far. */
export interface Shown {
  proof: string;
  person: string;
  workspaces: Identity['workspaces'];
  workspace: Identity['workspaces'][number];
  /** The layers above what is chosen. */
  above: Policies;
  tools: OfferedTools;
  older: OlderSession[];
  moments: Moments;
  expiresDays: string;
}

/** The pages on which a person chooses what may be done, and where. */
@Injectable()
export class ChoicePages {
  constructor(
    private readonly offers: Offers,
    private readonly identities: Identities,
  ) {}

  /** @param shown whose rights are those to begin with: `mode` is undefined where the person has to choose */
  access(flow: Flow, shown: Shown & { rights: Partial<ChosenRights> }) {
    const modes = this.offers.modes(flow, shown.above);
    const bound = this.offers.bound(shown.above);
    return { view: 'access', data: { ...shown, modes, bound, at: 'rights' } } satisfies View;
  }

  /**
   * @param form what was ticked on this page; undefined = it was not shown yet, so that what was granted before is ticked
   * @throws PageError that leads back to this page when ClickUp does not answer with the places; the proof stays valid
   */
  async places(flow: Flow, { token }: Identity, shown: Shown & { rights: ChosenRights }, form?: Form) {
    const { rights, workspace } = shown;
    const all = await this.identities.tree(token, workspace.id).catch((error: unknown) => {
      throw error instanceof PageError ? new PageError(error.code, error.text, placesPage(flow, shown), error) : error;
    });
    const granted: ReadonlySet<string> = flow.preset ? tickedOf(all, flow.preset, rights) : new Set();
    const tree = withKept(offeredPlaces(all, shown.above, rights.mode === 'selective'), all, granted);
    const ticked = form ? new Set(form.all('place')) : new Set(granted);
    ticked.delete(form?.text('remove') ?? '');
    const apart = rights.mode === 'selective' && rights.limited ? apartOf(flow.preset) : undefined;
    const data = {
      ...shown,
      tree,
      ticked,
      chosen: chosenOnes(tree, ticked),
      placeValue,
      apart: apart && {
        ...apart,
        write: namedPlaces(apart.write, all),
        read: namedPlaces(apart.read, all),
        kept: form?.text('apart') !== 'join',
      },
      bound: this.offers.bound(shown.above),
      at: 'places',
    };
    return { view: 'places', data } satisfies View;
  }
}

/** Where the page of places is, with everything that was chosen before it. */
export function placesPage({ base }: Flow, shown: Shown & { rights: ChosenRights }): string {
  const { proof, workspace, rights, tools, older, expiresDays } = shown;
  const query = new URLSearchParams({ proof, workspace: workspace.id, mode: rights.mode });
  if (rights.limited) query.set('limit', 'places');
  if (expiresDays) query.set('expires_days', expiresDays);
  for (const toolset of tools.toolsets) query.append('toolset', toolset);
  if (tools.profile) query.append('profile', tools.profile);
  for (const { id, ticked } of older) if (ticked) query.append('replace', id);
  return `${base}/access?${query.toString()}`;
}
