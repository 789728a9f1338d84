import { Bounds, type Caller, WorkspacePolicies } from '#libs/connections';
import { Permissions, type Policies } from '#libs/permissions';
import { type Form, PageError } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { AREAS } from './choice/areas.js';
import {
  type ChosenRights,
  type ChosenTools,
  chosenTools,
  type Mode,
  offeredModes,
  offeredToolsets,
  toolsOf,
} from './choice/chosen-policy.js';
import { type Flow } from './flow.js';

/** Tools as the pages show them: what is ticked, what there is to tick, and the keys of the names. */
export interface OfferedTools extends ChosenTools {
  offered: readonly string[];
  names: typeof AREAS;
}

/** A Workspace as the pages show it: `closed` is the key of the sentence that says why nothing can be made in it. */
export interface OfferedWorkspace {
  id: string;
  name: string;
  closed?: string;
}

/**
 * What people may choose, which is what the operator and the Workspace allow, and what a form has chosen of it. Anything else is refused, not
 * left out.
 */
@Injectable()
export class Offers {
  constructor(
    private readonly permissions: Permissions,
    private readonly policies: WorkspacePolicies,
    private readonly bounds: Bounds,
  ) {}

  /**
   * Of these Workspaces: in which the flow can make something. Those that do not let it in are told with the reason, not left out.
   * @throws AppError (by rejecting) `unavailable`
   */
  workspaces(
    { makes }: Pick<Flow, 'makes'>,
    workspaces: readonly { id: string; name: string }[],
  ): Promise<OfferedWorkspace[]> {
    return Promise.all(
      workspaces.map(async ({ id, name }) => {
        const closed = makes && (await this.closed(id, makes));
        return { id, name, ...(closed && { closed }) };
      }),
    );
  }

  /** The key of the sentence that says why somebody who comes so is not let into a Workspace. */
  private async closed(workspaceId: string, who: Pick<Caller, 'kind' | 'clientId'>): Promise<string | undefined> {
    const refusal = await this.bounds.against(workspaceId, who);
    if (!refusal) return undefined;
    return refusal.details.layer === 'kill switch' ? 'closed.off' : (CLOSED[who.kind] ?? 'closed.session');
  }

  /**
   * The layers above what people choose: the operator's, and the policy of the Workspace.
   * @throws AppError (by rejecting) `unavailable`
   */
  async above(workspaceId: string): Promise<Policies> {
    const policy = await this.policies.of(workspaceId);
    return policy ? [...this.operator, policy] : this.operator;
  }

  /** The same of several Workspaces, by their ids. */
  async aboveEach(workspaceIds: readonly string[]): Promise<ReadonlyMap<string, Policies>> {
    const ids = [...new Set(workspaceIds)];
    return new Map(await Promise.all(ids.map(async (id): Promise<[string, Policies]> => [id, await this.above(id)])));
  }

  modes({ asked }: Pick<Flow, 'asked'>, above: Policies): readonly Mode[] {
    return offeredModes(asked === 'read' ? [...above, { mode: 'read' }] : above);
  }

  /** What the form says may be done; undefined when it names no mode that is offered. @throws PageError */
  rights(flow: Flow, above: Policies, form: Form): ChosenRights | undefined {
    const limit = form.text('limit');
    // What is not understood must not become "without limits".
    if (!['', 'places'].includes(limit)) throw new PageError('invalid_parameters', 'problem.field', flow.start);
    const mode = this.modes(flow, above).find((offered) => offered === form.text('mode'));
    return mode && { mode, limited: limit === 'places' };
  }

  /** @param form undefined = nothing was shown yet, so that what was granted before is ticked. @throws PageError */
  tools({ preset }: Flow, above: Policies, form?: Form): OfferedTools {
    const granted = preset ? toolsOf(preset) : { toolsets: [] };
    // What was granted before stays in sight when it has been withdrawn above: left out, the last one would become "everything".
    const offered = [...new Set([...offeredToolsets(above), ...granted.toolsets])];
    return { ...(form ? chosenTools(form, offered) : granted), offered, names: AREAS };
  }

  /** The key of the line that tells what is not allowed, and by whom; undefined when everything is. */
  bound(above: Policies): string | undefined {
    const widest = offeredModes(above).at(-1) ?? 'read';
    return BOUND[widest === (offeredModes(this.operator).at(-1) ?? 'read') ? 'operator' : 'workspace'][widest];
  }

  private get operator(): Policies {
    return this.permissions.granted(NO_LAYERS);
  }
}

/** What a Workspace does not let in, in the words of whoever makes it. */
const CLOSED: Partial<Record<Caller['kind'], string>> = {
  session: 'closed.session',
  api_key: 'closed.api_key',
  server_url: 'closed.server_url',
  jwt: 'closed.jwt',
};
/** The lines that tell who allows no more. */
const BOUND: Readonly<Record<'operator' | 'workspace', Partial<Record<Mode, string>>>> = {
  operator: { read: 'access.bound.read', selective: 'access.bound.selective' },
  workspace: { read: 'access.bound.workspace.read', selective: 'access.bound.workspace.selective' },
};
/** No layers of a person or a grant, so that only those of the operator remain. */
const NO_LAYERS = Object.freeze([]);
