import { type Docs, type Page } from '../world/docs.js';
import { ARCHITECTURE, DOCS, type DocSeed, type PageSeed } from './docs-data.js';
import { type Places } from './places.js';
import { type User } from '../world/types.js';
import { type World } from '../world/world.js';

const DAY = 86_400_000;

/** Docs of the first Workspace, and one of the second. */
export function seedDocs(world: World, places: Places): void {
  for (const [index, seed] of [ARCHITECTURE, ...DOCS].entries())
    addDoc(world, places, seed, world.now() - (70 - index * 4) * DAY);
  const globex = world.workspace('67890');
  const [hank] = globex.members.keys();
  if (!hank) return;
  const doc = world.docs.addDoc({
    name: 'Reactor manual',
    workspace: globex,
    parent: { id: globex.id, type: 12 },
    place: undefined,
    creator: hank,
    private: false,
    created: world.now() - 9 * DAY,
    archived: false,
    deleted: false,
  });
  world.docs.addPage(doc, undefined, {
    name: 'Start-up',
    subTitle: '',
    content: 'Secret.',
    creator: hank,
    created: doc.created,
  });
}

function addDoc(world: World, { acme, people, lists }: Places, seed: DocSeed, created: number): void {
  const creator = people[seed.creator] as User;
  const space = acme.spaces.find(({ name }) => name === seed.space);
  const list = seed.list === undefined ? undefined : lists.get(seed.list);
  const parent = list
    ? { id: list.id, type: 6 as const }
    : space
      ? { id: space.id, type: 4 as const }
      : { id: acme.id, type: 12 as const };
  const doc = world.docs.addDoc({
    name: seed.name,
    workspace: acme,
    parent,
    place: list ?? space,
    creator,
    private: seed.private ?? false,
    created,
    archived: seed.archived ?? false,
    deleted: seed.deleted ?? false,
  });
  addPages(world.docs, seed.pages, (page) =>
    world.docs.addPage(doc, page.parent, {
      name: page.seed.name,
      subTitle: page.seed.subTitle ?? '',
      content: page.seed.content,
      creator,
      created,
    }),
  );
}

function addPages(
  docs: Docs,
  seeds: readonly PageSeed[],
  add: (page: { seed: PageSeed; parent: Page | undefined }) => Page,
  parent?: Page,
): void {
  for (const seed of seeds) addPages(docs, seed.pages ?? [], add, add({ seed, parent }));
}
