import { type Places, type Policies } from '#libs/permissions';

/** So many ids are named; of more only how many there are, because every word is paid for in every conversation. */
const MAX_NAMED = 4;

const KINDS = [
  ['spaces', 'Space'],
  ['folders', 'Folder'],
  ['lists', 'List'],
] as const;

/** Where these layers leave a tool to work, in one short sentence; empty = everywhere. */
export function limitOf(policies: Policies, reads: boolean): string {
  const places = policies.flatMap(({ mode, read, write }) => [
    ...(read ? [read] : []),
    ...(!reads && mode === 'selective' && write ? [write] : []),
  ]);
  const texts = new Set(places.map(inWords));
  return texts.size === 0 ? '' : `Only in ${[...texts].join(' and there only in ')}.`;
}

function inWords(places: Places): string {
  const total = KINDS.reduce((sum, [key]) => sum + places[key].length, 0);
  const parts = KINDS.flatMap(([key, word]) => {
    const ids = places[key];
    if (ids.length === 0) return [];
    const plural = ids.length > 1 ? `${word}s` : word;
    return [total > MAX_NAMED ? `${ids.length} ${plural}` : `${plural} ${ids.join(', ')}`];
  });
  return parts.join(' or ') || 'no place';
}
