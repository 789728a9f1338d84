import { type Places, type Policies } from '#libs/permissions';

/** With more ids than this, they are counted and not named: the text is part of tools/list, which costs every conversation tokens. */
const MAX_NAMED = 4;

const KINDS = [
  ['spaces', 'Space'],
  ['folders', 'Folder'],
  ['lists', 'List'],
] as const;

/** Where these layers let a tool work, in one short sentence; empty means everywhere. @param reads whether the tool only reads */
export function limitInWords(policies: Policies, reads: boolean): string {
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
