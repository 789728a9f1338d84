import { RIGHTS, type RightName, type View } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Mandate } from '../access/mandate.js';
import { KINDS, momentsOf, MODES, STATES } from './shown.js';

/** The pages of one Workspace: what each is called, and the right that opens it. */
const SECTIONS: readonly { path: string; title: string; needs: RightName }[] = [
  { path: '', title: 'console.overview', needs: 'connections.read' },
  { path: '/connections', title: 'console.connections', needs: 'connections.read' },
  { path: '/people', title: 'console.people', needs: 'people.read' },
  { path: '/grants', title: 'console.grants', needs: 'grants.read' },
  { path: '/clients', title: 'console.clients', needs: 'clients.read' },
  { path: '/approvals', title: 'console.approvals', needs: 'approvals.read' },
  { path: '/policy', title: 'console.policy.page', needs: 'policies.read' },
  { path: '/switches', title: 'console.switches', needs: 'policies.read' },
  { path: '/usage', title: 'console.usage', needs: 'usage.read' },
  { path: '/audit', title: 'console.audit', needs: 'audit.read' },
];

const NOTICES: ReadonlyMap<string, string> = new Map([
  ['ended', 'console.ended'],
  ['clients', 'console.clients.done'],
  ['off', 'console.switch.off.done'],
  ['on', 'console.switch.on.done'],
  ['refused', 'approvals.refused'],
  ['policy', 'console.policy.stored'],
]);

/** What every page of a Workspace shows beside its own data. */
@Injectable()
export class ConsolePages {
  /** @param title key of its heading */
  async page(view: string, title: string, mandate: Mandate, request: FastifyRequest, data: object): Promise<View> {
    const { administrator, workspaceId } = mandate;
    const standings = administrator.everywhere ? [] : await administrator.standings();
    const base = `/console/${encodeURIComponent(workspaceId)}`;
    const sections = SECTIONS.filter(({ needs }) => has(mandate, needs)).map((section) => ({
      ...section,
      href: base + section.path,
      current: section.title === title,
    }));
    const { done } = request.query as { done?: unknown };
    const about = {
      title,
      base,
      workspaceId,
      sections,
      workspace: standings.find((one) => one.workspaceId === workspaceId)?.name ?? workspaceId,
      several: administrator.everywhere !== undefined || standings.length > 1,
      role: mandate.role,
      own: mandate.ownOnly !== undefined,
      may: {
        endConnections: has(mandate, 'connections.change'),
        endGrants: has(mandate, 'grants.end'),
        switch: has(mandate, 'policies.change'),
        refuse: has(mandate, 'approvals.refuse'),
      },
      done: NOTICES.get(String(done)),
      when: momentsOf(request),
      states: STATES,
      kinds: KINDS,
      modes: MODES,
    };
    return { view, data: { ...about, ...data } };
  }
}

/** Whether they have a right in the Workspace, for all of it or for their own. */
function has({ role, ownOnly }: Mandate, name: RightName): boolean {
  const { whole, own } = RIGHTS[name];
  return role !== undefined && (whole.includes(role) || (ownOnly !== undefined && own.includes(role)));
}
