import { type Call, Created, type Handler } from '../call.js';
import { flagField, objectIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { docWire, fullDocWire } from '../wire/doc.js';
import { type Doc, type ParentType } from '../world/docs.js';
import { type Workspace } from '../world/types.js';
import { docOf, seesDoc } from './doc-address.js';

const WORDS: Readonly<Record<string, string>> = {
  SPACE: '4',
  FOLDER: '5',
  LIST: '6',
  EVERYTHING: '7',
  WORKSPACE: '12',
};
const PRIVATE: readonly unknown[] = ['PRIVATE', 'PERSONAL', 'HIDDEN', 2, 3, 4];

/** Newest first, 50 at a time. Words are not searched for: a `query` or `search` is ignored like any other key it does not know. */
export const searchDocsPublic: Handler = (call) => {
  const { world, access, path, query } = call;
  const workspace = access.workspace(path.workspace_id);
  const limit = query.number('limit') ?? 50;
  if (limit < 10 || limit > 100) throw refuse.limitInvalid();
  const wanted = filter(call);
  const found = [...world.docs.byId.values()]
    .filter((doc) => doc.workspace === workspace && seesDoc(doc, call) && wanted(doc))
    .sort(newestFirst);
  const cursor = query.text('cursor') ?? query.text('next_cursor');
  const from = cursor === undefined ? 0 : after(found, cursor);
  const page = found.slice(from, from + limit);
  const last = page.at(-1);
  return { docs: page.map(docWire), ...(last && from + limit < found.length ? { next_cursor: cursorOf(last) } : {}) };
};

export const getDocPublic: Handler = (call) => fullDocWire(docOf(call));

export const createDocPublic: Handler = (call) => {
  const { world, access, user, path, body, now } = call;
  const workspace = access.workspace(path.workspace_id);
  access.mayBuild(workspace);
  const { parent, place } = parentOf(call, workspace);
  const doc = world.docs.addDoc({
    name: textField(body, 'name') ?? '',
    workspace,
    parent,
    place,
    creator: user,
    private: PRIVATE.includes(body.visibility),
    created: now,
    archived: false,
    deleted: false,
  });
  if (flagField(body, 'create_page') ?? true)
    world.docs.addPage(doc, undefined, { name: '', subTitle: '', content: '', creator: user, created: now });
  return new Created(fullDocWire(doc));
};

function filter({ query }: Call): (doc: Doc) => boolean {
  const id = query.text('id');
  const creator = query.number('creator');
  const parentId = query.text('parent_id');
  const type = query.text('parent_type');
  const parentType = type === undefined ? undefined : Number(WORDS[type] ?? type);
  const [deleted, archived] = [query.flag('deleted'), query.flag('archived')];
  return (doc) =>
    (id === undefined || doc.id === id) &&
    (creator === undefined || doc.creator.id === creator) &&
    (parentId === undefined || doc.parent.id === parentId) &&
    (parentType === undefined || doc.parent.type === parentType) &&
    doc.deleted === deleted &&
    doc.archived === archived;
}

function parentOf({ access, body }: Call, workspace: Workspace): Pick<Doc, 'parent' | 'place'> {
  const given = objectIn(body.parent);
  if (!given) return { parent: { id: workspace.id, type: 12 }, place: undefined };
  const id = textField(given, 'id');
  const type = given.type as ParentType;
  switch (type) {
    case 4:
      return { parent: { id: id ?? '', type }, place: within(workspace, access.space(id)) };
    case 5: {
      const folder = access.folder(id);
      within(workspace, folder.space);
      return { parent: { id: folder.id, type }, place: folder };
    }
    case 6: {
      const list = access.list(id);
      within(workspace, list.folder.space);
      return { parent: { id: list.id, type }, place: list };
    }
    case 7:
    case 12:
      return { parent: { id: workspace.id, type }, place: undefined };
    default:
      throw refuse.docParentInvalid();
  }
}

function within<T extends { workspace: Workspace }>(workspace: Workspace, place: T): T {
  if (place.workspace !== workspace) throw refuse.notAuthorized();
  return place;
}

const newestFirst = (a: Doc, b: Doc) =>
  b.created - a.created || Number(b.id.split('-')[1]) - Number(a.id.split('-')[1]);
const cursorOf = (doc: Doc) => Buffer.from(JSON.stringify([doc.created, doc.id])).toString('base64url');

/** How many of the Docs that were found lie before the page that the cursor asks for. */
function after(found: readonly Doc[], cursor: string): number {
  const at = found.findIndex((doc) => cursorOf(doc) === cursor);
  if (at < 0) throw refuse.cursorInvalid();
  return at + 1;
}
