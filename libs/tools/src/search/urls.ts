import { type NamedObject, type Place } from '#libs/clickup';
import { docUrl } from '../docs/doc-address.js';

const APP = 'https://app.clickup.com';
const PLACES = { space: 's', folder: 'f', list: 'li' } as const;

export const taskUrl = (id: string): string => `${APP}/t/${id}`;

/** What ClickUp's own pages show for a Space, Folder or List. */
export const placeUrl = (team: string, { kind, id }: Pick<Place, 'kind' | 'id'>): string =>
  `${APP}/${team}/v/${PLACES[kind]}/${id}`;

/** What ClickUp's own pages show for a Doc, goal, channel or view. */
export function urlOf(team: string, { kind, id }: Pick<NamedObject, 'kind' | 'id'>): string {
  if (kind === 'doc') return docUrl(team, id);
  if (kind === 'goal') return `${APP}/${team}/goals/${id}`;
  if (kind === 'channel') return `${APP}/${team}/chat/r/${id}`;
  return `${APP}/${team}/v/l/${id}`;
}
