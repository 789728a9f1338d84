import { isRead } from '#libs/core';
import { type Located } from './located.js';
import { type Decision, type Places, type Policies, type Policy, type Question } from './policy.js';
import { isLocal } from './workspace-wide.js';

const ALLOWED: Decision = { allowed: true };
const NOBODYS: Pick<Policy, 'layer'> = {};
const refuse = (reason: string, { layer }: Pick<Policy, 'layer'> = NOBODYS): Decision => ({
  allowed: false,
  reason,
  layer,
});

/**
 * The one decision: every layer must allow the operation and every object it touches. What is not known to be granted is refused.
 * A pure function. The reason of a refusal is shown to the caller, so it names no object; of several layers that refuse, the first is named.
 */
export function decide(policies: Policies, question: Question, located: readonly Located[]): Decision {
  const permitted = permits(policies, question);
  return permitted.allowed ? reaches(policies, question, located) : permitted;
}

/** Whether everything that is touched lies where every layer allows it. */
export function reaches(policies: Policies, question: Pick<Question, 'verb'>, located: readonly Located[]): Decision {
  for (const policy of policies) {
    const reason = outside(policy, question, located);
    if (reason !== undefined) return refuse(reason, policy);
  }
  return ALLOWED;
}

/** Whether an operation could be allowed on any object at all; can be said before its targets are known. */
export function permits(policies: Policies, question: Question): Decision {
  if (policies.length === 0) return refuse('nothing was granted');
  for (const policy of policies) {
    const reason = barred(policy, question);
    if (reason !== undefined) return refuse(reason, policy);
  }
  return ALLOWED;
}

/** Whether every layer grants this risk. The reads that a tool makes are checked for nothing else, because the tool itself was granted. */
export function permitsRisk(policies: Policies, question: Pick<Question, 'risk'>): Decision {
  for (const policy of policies) {
    const reason = tooRisky(policy, question);
    if (reason !== undefined) return refuse(reason, policy);
  }
  return ALLOWED;
}

/** Whether some layer depends on where things lie; if none does, they need not be located. */
export const asksWhere = (policies: Policies, { verb }: Pick<Question, 'verb'>): boolean =>
  policies.some(({ mode, read }) => read !== undefined || (mode === 'selective' && !isRead(verb)));

/** Whether some layer grants Folders: then the Folders above a place count, which locating it does not tell. */
export const grantsFolders = (policies: Policies): boolean =>
  policies.some(({ read, write }) => [read, write].some((places) => places !== undefined && places.folders.length > 0));

function barred(policy: Policy, question: Question): string | undefined {
  const { verb, toolset, operation } = question;
  const { mode, methods, toolsets, disabledToolsets, disabledOperations } = policy;
  if (methods && !methods.includes(verb) && !(verb === 'search' && methods.includes('list')))
    return `the method ${verb} was not granted`;
  if ((toolsets && !toolsets.includes(toolset)) || disabledToolsets?.includes(toolset))
    return `the toolset ${toolset} was not granted`;
  if (operation !== undefined && disabledOperations?.has(operation)) return 'the tool for this is disabled';
  if (!isRead(verb) && mode !== 'selective' && mode !== 'write') return 'this connection is read-only';
  const risky = tooRisky(policy, question);
  if (risky !== undefined || isRead(verb)) return risky;
  return mode === 'selective' ? beyondPlaces(policy, question) : undefined;
}

/** Reads can be risky as well: the audit log, webhooks. */
const tooRisky = ({ risks }: Policy, { risk }: Pick<Question, 'risk'>): string | undefined =>
  risk !== 'normal' && risks && !risks.includes(risk) ? `operations of the risk ${risk} were not granted` : undefined;

function beyondPlaces({ write }: Policy, { risk, workspaceWide }: Question): string | undefined {
  if (!write || isEmpty(write)) return 'no place to write to was granted';
  return workspaceWide || risk === 'admin' ? 'this reaches beyond the places where writing was granted' : undefined;
}

function outside(
  { mode, write, read }: Policy,
  { verb }: Pick<Question, 'verb'>,
  located: readonly Located[],
): string | undefined {
  const writes = !isRead(verb);
  if (read && !(located.length === 0 && !writes)) {
    const reason = misplaced(located, read, 'reading');
    if (reason !== undefined) return reason;
  }
  return mode === 'selective' && writes ? misplaced(located, write, 'writing') : undefined;
}

function misplaced(
  located: readonly Located[],
  places: Places | undefined,
  what: 'reading' | 'writing',
): string | undefined {
  if (located.length === 0) return 'it is not known what this touches';
  for (const target of located) {
    if (target.none) continue;
    if (target.unresolved !== undefined) return target.unresolved;
    if (!isLocal(target.kind)) return `this reaches beyond the places where ${what} was granted`;
    if (!places || !lies(target, places))
      return `the ${target.kind.replace('_', ' ')} lies outside the places where ${what} was granted`;
  }
  return undefined;
}

/** A task lies where its home List is. Additional Lists do not count, or anybody could bring a task into reach by adding it to a List of theirs. */
function lies({ kind, id, space, folder, above = [], list }: Located, { spaces, folders, lists }: Places): boolean {
  // A task without a home List was not really located.
  if (kind === 'task' && list === undefined) return false;
  const has = (granted: readonly string[], ancestor: string | undefined, own: boolean) =>
    granted.length > 0 && ((ancestor !== undefined && granted.includes(ancestor)) || (own && granted.includes(id)));
  return (
    has(lists, list, kind === 'list') ||
    has(folders, folder, kind === 'folder') ||
    above.some((each) => folders.includes(each)) ||
    has(spaces, space, kind === 'space')
  );
}

const isEmpty = ({ spaces, folders, lists }: Places): boolean => spaces.length + folders.length + lists.length === 0;
