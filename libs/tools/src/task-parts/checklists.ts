import { type Task } from '#libs/clickup';
import { personName } from '../answers/task.js';
import { type Table, table } from '../answers/table.js';

export type Checklist = NonNullable<Task['checklists']>[number];
type Item = Checklist['items'][number];

const MAX_DEPTH = 5;

/** Items in the order in which people see them: those below another one right after it. */
function inOrder(items: readonly Item[]): { item: Item; depth: number }[] {
  const ids = new Set(items.map(({ id }) => id));
  const below = new Map<string | undefined, Item[]>();
  for (const item of items) {
    const above = item.parent && ids.has(item.parent) && item.parent !== item.id ? item.parent : undefined;
    below.set(above, [...(below.get(above) ?? []), item]);
  }
  const ordered: { item: Item; depth: number }[] = [];
  const reached = new Set<Item>();
  const open = [...(below.get(undefined) ?? [])].reverse().map((item) => ({ item, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    if (reached.has(next.item)) continue;
    reached.add(next.item);
    ordered.push(next);
    const depth = Math.min(next.depth + 1, MAX_DEPTH);
    open.push(...[...(below.get(next.item.id) ?? [])].reverse().map((item) => ({ item, depth })));
  }
  // What hangs in a circle is an item all the same.
  for (const item of items) if (!reached.has(item)) ordered.push({ item, depth: 0 });
  return ordered;
}

interface Row {
  name: string;
  depth: number;
  item?: Item;
}

/** The items of checklists, one per row; an empty checklist has a row without one. */
export function checklistTable(checklists: readonly Checklist[]): Table {
  const rows = checklists.flatMap(({ name, items }): Row[] =>
    items.length ? inOrder(items).map((row) => ({ name, ...row })) : [{ name, depth: 0 }],
  );
  return table(rows, {
    checklist: ({ name }) => name,
    item: ({ item, depth }) =>
      item === undefined ? '(no items)' : `${'  '.repeat(depth)}[${item.resolved ? 'x' : ' '}] ${item.name}`,
    assignee: ({ item }) => item?.assignee && personName(item.assignee),
  });
}
