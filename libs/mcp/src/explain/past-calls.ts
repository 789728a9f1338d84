import { type TargetKind, operationById } from '#libs/clickup';
import { isOfClient } from '#libs/connections';
import { isRead, type Verb } from '#libs/core';
import {
  isLocal,
  type Located,
  permits,
  type Places,
  type Policies,
  type Policy,
  questionOf,
  reaches,
} from '#libs/permissions';
import { CATALOGUE, operationTools, type Tool } from '#libs/tools';
import { whyHidden, withBarred, withheld } from '../calls/offered.js';

/** A call that was made and allowed, as far as the audit remembers it. */
export interface PastCall {
  tool: string;
  /** operationId, of a tool that carries out any. */
  operation?: string | undefined;
  effect: Verb;
  /** Of the credential. */
  kind: string;
  /** Of a session; undefined where that is not known any more. */
  clientId?: string | undefined;
  /** What it changed, and what it asked for by id, as the audit names objects. */
  wrote: readonly string[];
  read: readonly string[];
}

/** What a policy would have said. */
export interface PastVerdict {
  decision: 'allowed' | 'refused' | 'unknown';
  reason?: string | undefined;
}

const ALLOWED: PastVerdict = { decision: 'allowed' };
const refused = (reason: string): PastVerdict => ({ decision: 'refused', reason });
const unknown = (reason: string): PastVerdict => ({ decision: 'unknown', reason });

const CLIENT = 'this Workspace does not let in this client';
const PLACES_UNKNOWN = 'where it lies is not in the audit';
const ARGUMENTS_UNKNOWN = 'it depends on its arguments, which are not in the audit';
const CLIENT_UNKNOWN = 'its client is not known any more';

const TOOLS = new Map<string, Tool>([...operationTools(), ...CATALOGUE].map((tool) => [tool.name, tool]));

/**
 * What a policy would have said of calls that were made, by what judges calls that are made now.
 * @param named how the audit names an object, given as `kind:id`
 */
export function pastJudge(policy: Policy, named: (object: string) => string): (call: PastCall) => PastVerdict {
  const policies: Policies = [policy];
  const barred = withBarred(policies);
  const [reads, writes] = [whereabouts(policy.read, named), whereabouts(policy.write, named)];
  const ofTool = new Map<string, { hidden: string | undefined; lacks: boolean }>();
  const about = (tool: Tool) => {
    let known = ofTool.get(tool.name);
    if (!known) {
      known = { hidden: whyHidden(tool, policies)?.reason, lacks: withheld(tool, barred).length > 0 };
      ofTool.set(tool.name, known);
    }
    return known;
  };
  return (call) => {
    const client = throughClient(policy, call);
    if (client.decision !== 'allowed') return client;
    const tool = TOOLS.get(call.tool);
    if (!tool) return unknown('there is no such tool any more');
    const { hidden, lacks } = about(tool);
    if (hidden !== undefined) return refused(hidden);
    const row = call.operation === undefined ? undefined : operationById(call.operation);
    const decision = row && permits(barred, questionOf(row));
    if (decision?.allowed === false) return refused(decision.reason);
    const place = inPlaces(policy, call, { reads, writes });
    if (place.decision !== 'allowed') return place;
    return lacks ? unknown(ARGUMENTS_UNKNOWN) : ALLOWED;
  };
}

function throughClient({ clients }: Policy, { kind, clientId }: PastCall): PastVerdict {
  const caller = { kind, clientId } as Parameters<typeof isOfClient>[0];
  if (!clients || clients.some((client) => isOfClient(caller, client))) return ALLOWED;
  return kind === 'session' && clientId === undefined ? unknown(CLIENT_UNKNOWN) : refused(CLIENT);
}

type Find = (object: string) => Located | undefined;

function inPlaces(policy: Policy, { effect, wrote, read }: PastCall, find: { reads: Find; writes: Find }): PastVerdict {
  const judged = isRead(effect)
    ? [placed([{ mode: 'write', read: policy.read }], effect, read.filter(isPlaced), find.reads)]
    : [
        placed([{ mode: 'write', read: policy.read }], effect, wrote, find.reads),
        ...(policy.mode === 'selective'
          ? [placed([{ mode: 'selective', write: policy.write }], effect, wrote, find.writes)]
          : []),
      ];
  return (
    judged.find(({ decision }) => decision === 'refused') ??
    judged.find(({ decision }) => decision === 'unknown') ??
    ALLOWED
  );
}

/** Of a read, what is asked of the Workspace as a whole is narrowed and not refused. */
const isPlaced = (object: string): boolean => isLocal(kindIn(object));
const kindIn = (object: string) => object.slice(0, object.indexOf(':')) as TargetKind;

function placed(policies: Policies, verb: Verb, objects: readonly string[], find: Find): PastVerdict {
  if (policies.every(({ read, mode }) => read === undefined && mode === 'write')) return ALLOWED;
  const located = objects.map(find);
  const known = located.filter((each) => each !== undefined);
  const decision = known.length > 0 ? reaches(policies, { verb }, known) : undefined;
  if (decision?.allowed === false) return refused(decision.reason);
  return known.length > 0 && known.length === located.length ? ALLOWED : unknown(PLACES_UNKNOWN);
}

/** An id that no place has. */
const NOWHERE = '-';

/**
 * Finds out where objects lie by what the audit remembers of them, which is what they are: a place that was granted by its own id is known, and
 * so is one that could lie in nothing that was granted.
 */
function whereabouts(places: Places | undefined, named: (object: string) => string): Find {
  const { spaces = [], folders = [], lists = [] } = places ?? {};
  const granted = new Map<string, Located>();
  const note = (kind: 'space' | 'folder' | 'list', ids: readonly string[]) =>
    ids.forEach((id) => granted.set(named(`${kind}:${id}`), { kind, id }));
  note('space', spaces);
  note('folder', folders);
  note('list', lists);
  const outside: Partial<Record<TargetKind, boolean>> = {
    space: true,
    folder: spaces.length + folders.length === 0,
    list: spaces.length + folders.length === 0,
  };
  return (object) => {
    const kind = kindIn(object);
    const found = granted.get(object);
    if (found) return found;
    if (!isLocal(kind) || granted.size === 0 || outside[kind])
      return { kind, id: NOWHERE, list: kind === 'task' ? NOWHERE : undefined };
    return undefined;
  };
}
