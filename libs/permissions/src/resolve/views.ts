import { GetView, type View } from '#libs/clickup';
import { type Where } from '../located.js';
import { type Lookup } from './lookup.js';
import { same } from './where.js';

export function viewPlace(id: string, lookup: Lookup): Promise<Where> {
  return lookup.cache.read(`view/${id}`, async () => {
    const { view } = await lookup.call(GetView, { path: { view_id: id } });
    same(id, view.id);
    return placeOfView(view, lookup);
  });
}

/** Chat belongs to the Workspace wherever its view hangs. */
async function placeOfView({ type, parent }: View, lookup: Lookup): Promise<Where> {
  const place = await lookup.parentPlace(parent);
  return type === 'conversation' ? { hangs: place } : place;
}
