import { GetView, type View } from '#libs/clickup';
import { type Looks } from './looks.js';
import { same, type Where } from './where.js';

export function viewPlace(id: string, looks: Looks): Promise<Where> {
  return looks.kept.read(`view/${id}`, async () => {
    const { view } = await looks.call(GetView, { path: { view_id: id } });
    same(id, view.id);
    return placeOfView(view, looks);
  });
}

/** Chat belongs to the Workspace wherever its view hangs. */
export async function placeOfView({ type, parent }: View, looks: Looks): Promise<Where> {
  const place = await looks.parentPlace(parent);
  return type === 'conversation' ? { hangs: place } : place;
}
