import { AppError } from '#libs/core';
import { type Policies, type Policy } from '#libs/permissions';
import { Injectable } from '@nestjs/common';
import { type Caller } from '../caller.js';
import { type Comer, KillSwitches, switchedOff } from '../kill-switches/kill-switches.service.js';
import { WorkspacePolicies } from '../workspace-policies/workspace-policies.service.js';
import { letsIn } from './lets-in.js';

/**
 * The one place where a caller gets the layers that nobody has granted it: what its Workspace allows at most, and what is switched off. Every
 * door and every job asks here, so all that looks at a caller's layers (lists, calls, pages, resources, REST) is bound by them.
 */
@Injectable()
export class Bounds {
  /** Made once for the layers of a grant, because lists are remembered by the layers they follow from. */
  private readonly layered = new WeakMap<Policies, Layered>();
  private readonly bounded = new WeakMap<Caller, Caller>();

  constructor(
    private readonly policies: WorkspacePolicies,
    private readonly switches: KillSwitches,
  ) {}

  /**
   * The caller, with the layers of its Workspace before its own: at once unless the database has to be asked.
   * @throws AppError (or rejects) `forbidden` for who is switched off, or comes by a client that the Workspace does not let in; `unavailable`
   */
  of(caller: Caller): Caller | Promise<Caller> {
    const policy = this.policies.remembered(caller.workspaceId);
    return policy === undefined || !this.switches.current ? this.ask(caller) : this.bind(caller, policy);
  }

  /**
   * The caller as somebody who looks after the Workspace, without its bounds: whoever has switched it off, or made it read-only, must be able to
   * undo that. A connection that is switched off lets nobody in at all.
   * @throws AppError (by rejecting) `forbidden`, `unavailable`
   */
  async ofAdministrator(caller: Caller): Promise<Caller> {
    await this.switches.ready();
    const off = this.switches.againstConnection(caller);
    if (off) throw switchedOff(off);
    return caller;
  }

  /**
   * What keeps a client or a kind of credential out of a Workspace, told before anything is made that could then not be used: the same judgement
   * as of every call.
   * @returns undefined where nothing does
   * @throws AppError (by rejecting) `unavailable`
   */
  async against(workspaceId: string, who: Pick<Caller, 'kind' | 'clientId'>): Promise<AppError | undefined> {
    const policy = await this.policies.of(workspaceId);
    await this.switches.ready();
    return this.refusal({ ...who, workspaceId }, policy);
  }

  private async ask(caller: Caller): Promise<Caller> {
    const policy = await this.policies.of(caller.workspaceId);
    // Last, because what is known of them may be forgotten in any turn of the event loop.
    await this.switches.ready();
    return this.bind(caller, policy);
  }

  private bind(caller: Caller, policy: Policy | null): Caller {
    const refusal = this.refusal(caller, policy);
    if (refusal) throw refusal;
    const tools = this.switches.toolsOff(caller.workspaceId);
    if (policy === null && tools === undefined) return caller;
    const policies = this.layers(caller.policies, policy, tools);
    const known = this.bounded.get(caller);
    if (known?.policies === policies) return known;
    const bound = Object.freeze({ ...caller, policies });
    this.bounded.set(caller, bound);
    return bound;
  }

  private refusal(caller: Comer, policy: Policy | null): AppError | undefined {
    const off = this.switches.against(caller);
    if (off) return switchedOff(off);
    return letsIn(policy?.clients, caller) ? undefined : clientNotAllowed();
  }

  private layers(own: Policies, policy: Policy | null, tools: Policy | undefined): Policies {
    const known = this.layered.get(own);
    if (known?.policy === policy && known.tools === tools) return known.layers;
    const layers = Object.freeze([...(policy ? [policy] : []), ...(tools ? [tools] : []), ...own]);
    this.layered.set(own, { policy, tools, layers });
    return layers;
  }
}

/** The layers that follow from a policy and what is off. */
interface Layered {
  policy: Policy | null;
  tools: Policy | undefined;
  layers: Policies;
}

const clientNotAllowed = () =>
  new AppError(
    'forbidden',
    'This Workspace does not let in this client: an administrator chose which ones may be used.',
    {
      details: { reason: 'this Workspace does not let in this client', layer: 'client list' },
    },
  );
