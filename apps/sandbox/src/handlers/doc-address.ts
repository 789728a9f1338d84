import { type Call } from '../call.js';
import { refuse } from '../refusal.js';
import { type Doc, type Page } from '../world/docs.js';

/** A Doc is seen by those who see its place; one in no place by all but guests; a private one by its creator. */
export function seesDoc(
  { place, workspace, private: hidden, creator }: Doc,
  { access, user }: Pick<Call, 'access' | 'user'>,
): boolean {
  if (hidden && creator !== user) return false;
  if (place === undefined) return access.role(workspace) !== 4 || creator === user;
  return 'workspace' in place
    ? access.seesSpace(place)
    : 'space' in place
      ? access.seesFolder(place)
      : access.seesList(place);
}

/** The Doc that the path names. @throws Refusal 404 */
export function docOf(call: Call): Doc {
  const workspace = call.access.workspace(call.path.workspace_id);
  const doc = call.world.docs.byId.get(call.path.doc_id ?? '');
  if (!doc || doc.workspace !== workspace || doc.deleted || !seesDoc(doc, call)) throw refuse.docUnknown();
  return doc;
}

/** The page with this id in the Doc that the path names. @throws Refusal 404 */
export function pageOf(call: Call, id: string | undefined): Page {
  const page = call.world.docs.page(docOf(call), id);
  if (!page) throw refuse.pageUnknown();
  return page;
}
