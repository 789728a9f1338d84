import { type Places, type Policy } from '#libs/permissions';
import { MODES } from '../grant-rows.js';

/**
 * Whether one policy allows something that another does not, as far as their fields tell: a place counts as inside only where it is named by
 * the same id. It may call something wider that is not, and never the other way round.
 * @returns the first field that is wider; undefined when none is
 */
export function widened(from: Policy, to: Policy): keyof Policy | undefined {
  const wider = {
    mode: MODES.indexOf(to.mode) > MODES.indexOf(from.mode),
    write: to.mode === 'selective' && from.mode === 'selective' && !inside(to.write ?? NOWHERE, from.write ?? NOWHERE),
    read: from.read !== undefined && (to.read === undefined || !inside(to.read, from.read)),
    methods: !fewer(from.methods, to.methods),
    toolsets: !fewer(from.toolsets, to.toolsets),
    enabledTools: !fewer(from.enabledTools, to.enabledTools),
    risks: !fewer(from.risks, to.risks),
    disabledToolsets: !more(from.disabledToolsets, to.disabledToolsets),
    disabledTools: !more(from.disabledTools, to.disabledTools),
    confirm: from.confirm === 'always' && to.confirm !== 'always',
  } satisfies Partial<Record<keyof Policy, boolean>>;
  return (Object.keys(wider) as (keyof typeof wider)[]).find((field) => wider[field]);
}

const NOWHERE: Places = { spaces: [], folders: [], lists: [] };
const inside = (to: Places, from: Places) =>
  (['spaces', 'folders', 'lists'] as const).every((kind) => to[kind].every((id) => from[kind].includes(id)));
/** Of a list of what is allowed, where absent means everything. */
const fewer = (from: readonly string[] | undefined, to: readonly string[] | undefined) =>
  from === undefined || (to !== undefined && to.every((each) => from.includes(each)));
/** Of a list of what is not allowed. */
const more = (from: readonly string[] = [], to: readonly string[] = []) => from.every((each) => to.includes(each));
