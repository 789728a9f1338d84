import { type Realm } from '#libs/connections';
import { AppError } from '#libs/core';
import { RIGHTS, type RightName, type Role } from '#libs/web';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Administrator } from './administrator.js';

/** What somebody was let in for: in which Workspace, and whether for all of it or for their own things only. */
export interface Mandate {
  readonly administrator: Administrator;
  /** Id of the Workspace; '' where the right is of none. */
  readonly workspaceId: string;
  readonly role: Role | undefined;
  /** Only what is this person's own (ClickUp user id); undefined = everything in the Workspace. */
  readonly ownOnly?: string;
}

/** Whose rows a mandate is about, and who looks after them. */
export const realmOf = ({
  workspaceId,
  ownOnly,
  role = 'operator',
  administrator: { personId, actor = personId },
}: Mandate): Realm => ({
  workspaceId,
  personId: ownOnly,
  by: { person: actor, kind: role },
});

declare module 'fastify' {
  interface FastifyRequest {
    /** Of routes of the administration. */
    mandate?: Mandate;
  }
}

const READING: readonly string[] = ['GET', 'HEAD'];
/** Ids of Workspaces are digits; what is no id is a Workspace that is not there. */
const WORKSPACE = /^[\w-]{1,64}$/;

/**
 * Judges a request by the right that its route needs.
 * @throws AppError (by rejecting) `not_found` in a Workspace where the administrator is nothing, `forbidden` without the right, `invalid_parameters` when
 * no Workspace is named and there is not exactly one
 */
export async function mandateOf(
  administrator: Administrator,
  needs: RightName,
  request: Pick<FastifyRequest, 'method' | 'params' | 'query'>,
): Promise<Mandate> {
  if (administrator.readsOnly !== undefined && !READING.includes(request.method))
    throw refused(administrator.readsOnly);
  const right = RIGHTS[needs];
  const { everywhere, personId, kind } = administrator;
  if (right.of === 'anywhere') {
    // Of those who are something in single Workspaces, all that is asked then is their list.
    const somewhere = personId !== undefined || kind === 'sso';
    if (everywhere ? right.whole.includes(everywhere) : somewhere && right.own.length > 0)
      return { administrator, workspaceId: '', role: everywhere, ...(!everywhere && { ownOnly: personId ?? '' }) };
    throw refused(`needs the right ${needs}`);
  }
  const workspaceId = named(request) ?? administrator.home ?? (await theOnly(administrator));
  const role = WORKSPACE.test(workspaceId) ? await administrator.roleIn(workspaceId) : undefined;
  // Whoever is nothing there must not learn that it is there.
  if (!role) throw new AppError('not_found');
  if (right.whole.includes(role)) return { administrator, workspaceId, role };
  if (right.own.includes(role) && personId !== undefined)
    return { administrator, workspaceId, role, ownOnly: personId };
  throw refused(`${role} without the right ${needs}`);
}

/** The Workspace in the path, or in the query. @throws AppError `invalid_parameters` */
function named({ params, query }: Pick<FastifyRequest, 'params' | 'query'>): string | undefined {
  const inPath = (params as { workspace?: string }).workspace;
  const inQuery = (query as { workspace?: unknown }).workspace;
  if (inPath !== undefined) return inPath;
  if (inQuery === undefined) return undefined;
  if (typeof inQuery === 'string') return inQuery;
  throw new AppError('invalid_parameters', '`workspace` must be given once.', { details: { parameter: 'workspace' } });
}

async function theOnly(administrator: Administrator): Promise<string> {
  const [only, another] = administrator.everywhere ? [] : await administrator.standings();
  if (only && !another) return only.workspaceId;
  throw new AppError('invalid_parameters', 'Say which Workspace: pass its id as `workspace`.', {
    details: { parameter: 'workspace', required: true },
  });
}

const refused = (reason: string) =>
  new AppError('forbidden', `This needs a right that you do not have: ${reason}.`, { details: { reason } });

/** The mandate of the request: a parameter of a controller's method. */
export const Mandated = createParamDecorator((_: unknown, context: ExecutionContext): Mandate => {
  const { mandate } = context.switchToHttp().getRequest<FastifyRequest>();
  // A controller of the administration on a route that is none: nobody was asked who they are.
  if (!mandate) throw new AppError('internal_error', undefined, { cause: new Error('a route without a mandate') });
  return mandate;
});
