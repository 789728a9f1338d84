import { type Operation, OPERATIONS } from '#libs/clickup';
import { isRead } from '#libs/core';
import { approveOf, type Decision, permits, type Policies, type Policy, questionOf } from '#libs/permissions';
import { stopJob, CATALOGUE, confirmChange, getJob, type Need, type Tool } from '#libs/tools';

const LONG_TAIL = 'longtail';

/** Whether there are any arguments with which a tool could succeed under these layers. */
export function isOffered(tool: Tool, policies: Policies): boolean {
  if (isDisabled(tool, policies)) return false;
  if (tool === confirmChange) return previews(policies);
  if (tool === getJob || tool === stopJob) return beginsJobs(policies);
  const { verb, risk, toolset } = tool;
  if (toolset !== LONG_TAIL)
    return permits(policies, { verb, risk, toolset }).allowed && tool.covers.some((row) => isGranted(row, policies));
  // The long-tail tools carry out any row of the operations table, so they are of use as long as one such row is granted.
  if (policies.some(({ disabledToolsets }) => disabledToolsets?.includes(LONG_TAIL))) return false;
  return OPERATIONS.some(
    (row) => (tool.verb === 'search' || isRead(row.verb) === isRead(verb)) && isGranted(row, policies),
  );
}

/** Which arguments and values of an offered tool are not granted, as keys of its `needs`. */
export const withheld = ({ needs = {} }: Tool, policies: Policies): string[] =>
  Object.entries(needs).flatMap(([key, all]) => (all.every((need) => isMet(need, policies)) ? [] : [key]));

const isMet = (need: Need, policies: Policies): boolean =>
  'id' in need ? isGranted(need, policies) : need.some((row) => isGranted(row, policies));

/** Whether any tool is offered that shows first what it would do: without one there is nothing to confirm. */
const previews = (policies: Policies): boolean =>
  // Where a person has to approve, nothing that a model holds confirms.
  approveOf(policies) === 'never' &&
  policies.some(({ confirm }) => confirm === 'always') &&
  CATALOGUE.some((tool) => tool.preview !== undefined && isOffered(tool, policies));

/** Whether any tool is offered whose calls may go on as a job. */
const beginsJobs = (policies: Policies): boolean =>
  CATALOGUE.some((tool) => tool.objects !== undefined && isOffered(tool, policies));

/** operationIds that only disabled tools cover: the long-tail tools may not carry them out either (contract item 23). */
export function barredOperations(policies: Policies): ReadonlySet<string> {
  const covered = (tools: readonly Tool[]) => new Set(tools.flatMap(({ covers }) => covers.map(({ id }) => id)));
  const left = covered(CATALOGUE.filter((tool) => !isDisabled(tool, policies)));
  return new Set([...covered(CATALOGUE)].filter((id) => !left.has(id)));
}

/** The layers of a call: those that were granted, and one of the operations that nobody may send because their tools are disabled. */
export function withBarred(layers: Policies): Policies {
  const disabledOperations = barredOperations(layers);
  return disabledOperations.size === 0
    ? layers
    : Object.freeze([...layers, { mode: 'write', disabledOperations } satisfies Policy]);
}

/** Why a tool is not offered under these layers, and the first of them without which it could be; undefined where it is offered. */
export function whyHidden(tool: Tool, layers: Policies): Extract<Decision, { allowed: false }> | undefined {
  if (isOffered(tool, withBarred(layers))) return undefined;
  let count = layers.length;
  while (count > 1 && !isOffered(tool, withBarred(layers.slice(0, count - 1)))) count -= 1;
  const layer = layers[count - 1]?.layer;
  const { verb, risk, toolset } = tool;
  const decision = permits(layers, { verb, risk, toolset });
  if (isDisabled(tool, layers)) return { allowed: false, reason: 'the tool was not granted by its name', layer };
  // The tools of the long tail belong to every toolset.
  if (!decision.allowed && toolset !== LONG_TAIL) return decision;
  return { allowed: false, reason: 'nothing that the tool does was granted', layer };
}

const isDisabled = ({ name }: Tool, policies: Policies): boolean =>
  policies.some(
    ({ enabledTools, disabledTools }) =>
      (enabledTools && !enabledTools.includes(name)) || disabledTools?.includes(name),
  );

const isGranted = (row: Operation, policies: Policies): boolean => permits(policies, questionOf(row)).allowed;
