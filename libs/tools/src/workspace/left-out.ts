import { tokensOf } from '../answers/budget.js';

/** How deep a line of an outline is marked: 0 = a List. */
export const depthOf = (line: string): number => /^#*/.exec(line)![0].length;

/** What is not shown of one place. */
interface Rest {
  place: string;
  lists: number;
  /** Whether some of it was shown. */
  begun: boolean;
}

/**
 * What an outline leaves out from `from` on: for each Space how many Lists, where there is one Space only for each of its Folders, so that a
 * model can choose where to look instead of reading everything. Those that do not fit into `maxTokens` are counted together.
 */
export function leftOut(lines: readonly string[], from: number, maxTokens: number): string[] {
  const rests = restsOf(lines, from);
  const shown = ['Left out; see one by within, or all by the cursor:'];
  let left = maxTokens - tokensOf(shown[0]!);
  for (const [index, { place, lists, begun }] of rests.entries()) {
    const line = `… ${place}: ${countOf(lists, begun)}`;
    left -= tokensOf(line) + 1;
    if (left < 0) {
      const others = rests.slice(index);
      const sum = others.reduce((total, other) => total + other.lists, 0);
      return [...shown, `… ${others.length} more places: ${countOf(sum, false)}`];
    }
    shown.push(line);
  }
  return shown;
}

const countOf = (lists: number, begun: boolean): string =>
  `${lists.toLocaleString('en')} ${begun ? 'more ' : ''}${lists === 1 ? 'List' : 'Lists'}`;

function restsOf(lines: readonly string[], from: number): Rest[] {
  const deepest = lines.filter((line) => depthOf(line) === 1).length > 1 ? 1 : 2;
  const rests: Rest[] = [];
  let place = '';
  for (const [at, line] of lines.entries()) {
    const depth = depthOf(line);
    if (depth > 0 && depth <= deepest) place = line;
    if (at < from) continue;
    const last = rests.at(-1);
    if (last?.place !== place) rests.push({ place, lists: 0, begun: at === from && line !== place });
    if (depth === 0) rests.at(-1)!.lists += 1;
  }
  return rests;
}
