import { type Authorize, type ReadLimits } from '#libs/clickup';
import { AppError, isRead, sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { ReadScope } from './answers/read-scope.js';
import { asksWhere, grantsFolders, permits, permitsRisk, reaches } from './decide.js';
import { type Located } from './located.js';
import { OPERATOR_POLICY } from './operator-policy.js';
import { type Decision, type Policies, type Policy } from './policy.js';
import { questionOf } from './question.js';
import { type Whereabouts } from './resolve/resolver.js';
import { type Wall } from './workspace/wall.js';
import { WithinWall } from './workspace/within.js';

/** The parts of a caller that decide about rights. */
export interface Granted {
  readonly policies: Policies;
  /** OAuth scopes of the token that was presented; absent where there is no such token. */
  readonly scopes?: readonly string[];
}

const READ: Policies = [{ layer: 'token', mode: 'read' }];

const UNKNOWN: Whereabouts = () => ({
  locate: (targets) =>
    Promise.resolve(
      targets.map(({ kind, id }): Located => ({ kind, id, unresolved: 'it is not known where this lies' })),
    ),
  climb: (located) => Promise.resolve([...located]),
  subfolders: () => Promise.resolve([]),
  subtasks: () => Promise.resolve([]),
  seen: () => undefined,
  forget: () => undefined,
});

const BELOW = { reason: 'a subtask that would go along lies outside the places that were granted' };

/** Judges every request before it is sent to ClickUp. */
@Injectable()
export class Permissions {
  private readonly layered = new WeakMap<Policies, Policies>();

  constructor(@Inject(OPERATOR_POLICY) private readonly operator: Policy) {}

  /** The layers of a grant with the operator's before them; the same object for the same grant. */
  granted(policies: Policies): Policies {
    const known = this.layered.get(policies);
    if (known) return known;
    const layers = Object.freeze([this.operator, ...policies]);
    this.layered.set(policies, layers);
    return layers;
  }

  /**
   * The judge that the transport asks before a request leaves; it throws AppError `forbidden`. Where things lie is found out only
   * when some layer looks at it.
   * @param policies from {@link granted}, with everything that was added for the call
   * @param wall around the Workspace that the caller is bound to, if it is
   */
  authorizer(policies: Policies, whereabouts: Whereabouts = UNKNOWN, wall?: Wall): Authorize {
    const write: Authorize = async (operation, targets, call) => {
      const question = questionOf(operation);
      // A write that no place could allow is refused before anything is looked up.
      const decision = permits(policies, question);
      if (!decision.allowed) throw refusal(operation.id, decision);
      await wall?.checkTargets(operation, targets, call);
      const where = whereabouts(call);
      const written = () => where.forget(operation, targets);
      if (!asksWhere(policies, question)) return { targets, written };
      // Before the tasks themselves, because reading their subtasks tells where they lie.
      const below = operation.takesSubtasks?.(call) === true ? await where.subtasks(targets) : [];
      const near = await where.locate(targets);
      // The Folders above are asked for only where they can matter: Folders were granted, and without them not everything lies inside.
      const located =
        grantsFolders(policies) && !reaches(policies, question, near).allowed ? await where.climb(near) : near;
      if (scopeOf(policies, whereabouts)?.hides(located)) throw new AppError('clickup_not_found');
      const reached = reaches(policies, question, located);
      if (!reached.allowed) throw refusal(operation.id, reached);
      if (below.length > 0) {
        const along = reaches(policies, question, grantsFolders(policies) ? await where.climb(below) : below);
        if (!along.allowed) throw refusal(operation.id, { ...along, ...BELOW });
      }
      const holds = (answer: unknown) => {
        const now = where.seen(answer, located);
        return now === undefined || reaches(policies, question, now).allowed;
      };
      return { targets: located, written, holds };
    };
    return (operation, targets, call) => {
      if (!isRead(operation.verb)) return write(operation, targets, call);
      // Of a read only the risk is judged here, because the tool that makes it was granted; readLimits judge in which places it may look.
      const decision = permitsRisk(policies, questionOf(operation));
      if (!decision.allowed) throw refusal(operation.id, decision);
    };
  }

  /** What a caller may see, by the wall and by the places in the layers; undefined when nothing limits it. */
  readLimits(policies: Policies, whereabouts: Whereabouts = UNKNOWN, wall?: Wall): ReadLimits | undefined {
    const scope = scopeOf(policies, whereabouts);
    return wall ? new WithinWall(wall, scope) : scope;
  }
}

function scopeOf(policies: Policies, whereabouts: Whereabouts): ReadScope | undefined {
  const scopes = policies.flatMap(({ read }) => (read ? [read] : []));
  return scopes.length > 0 ? new ReadScope(scopes, whereabouts) : undefined;
}

/** The layers of a call: those that were granted, and one that allows only reading when the token has no scope for writing. */
export const ofToken = (policies: Policies, { scopes }: Pick<Granted, 'scopes'>): Policies =>
  lacksWrite({ scopes }) ? [...policies, ...READ] : policies;

const digests = new WeakMap<Policies, string>();

/** A digest of exactly these layers: a confirmation that is bound to it is void when any of them changes. */
export function policyDigest(policies: Policies): string {
  let digest = digests.get(policies);
  if (digest === undefined) {
    const plain = (_: string, value: unknown) => (value instanceof Set ? [...(value as Set<unknown>)] : value);
    digests.set(policies, (digest = sha256(JSON.stringify(policies, plain)).toString('base64url')));
  }
  return digest;
}

/** Whether writing is refused because of the scopes of the token, whatever was granted. */
export const lacksWrite = ({ scopes }: Pick<Granted, 'scopes'>): boolean =>
  scopes !== undefined && !scopes.includes('write');

/** `layer` is for the audit: the renderers leave it out. */
const refusal = (operation: string, { reason, layer }: Omit<Exclude<Decision, { allowed: true }>, 'allowed'>) =>
  new AppError('forbidden', `Not allowed: ${reason}.`, { details: { operation, reason, layer } });
