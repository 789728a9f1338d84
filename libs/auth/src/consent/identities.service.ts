import {
  type ClickUpClient,
  ClickUpTransport,
  credential,
  DirectoryCache,
  GetAccessToken,
  GetAuthorizedTeams,
  GetAuthorizedUser,
  type Place,
} from '#libs/clickup';
import { securityEvent } from '#libs/audit';
import { admitsPerson, admitsWorkspace } from '#libs/connections';
import { AppError, CONFIG, type Config, type ErrorCode, knownZone, LOGGER } from '#libs/core';
import { PageError } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { type z } from 'zod';
import { AccessToken, AuthorizedTeams, AuthorizedUser } from './clickup-answers.js';

/** What a ClickUp credential proves: who a person is, and which Workspaces they reach. */
export interface Identity {
  /** The ClickUp token that was shown. */
  token: string;
  person: { id: string; name: string };
  /** Told to whoever has signed in for a JWT. */
  email?: string;
  /** Where they may connect something. */
  workspaces: { id: string; name: string }[];
  /** Where the operator does not let them in: what was granted there before can be seen and ended, and nothing else. */
  closed?: { id: string; name: string }[];
  /** The time zone that the person has set in ClickUp; absent when ClickUp tells none that is known here. */
  zone?: string;
}

/** How long a person waits for a page at most: while ClickUp tells who they are, and the places of a large Workspace. */
const PATIENCE_MS = { identity: 9_000, tree: 25_000 };

/** Where a code comes from, and until when it is of use. */
export interface CodeTerms {
  /** Where the code came from: networks take turns. */
  network: string;
  /** Whether codes from there have failed lately: then others go first. */
  suspect: boolean;
  /** `performance.now()` milliseconds. */
  deadline: number;
}

/** What the operator can do about a person who may not come in. */
const FIX = {
  person: 'To let this person in, add their address or id to ALLOWED_PEOPLE.',
  workspace: 'To let them in, add one of these Workspaces to ALLOWED_WORKSPACES.',
};

/** What people can do about ClickUp's refusals. */
const PROBLEMS: Partial<Record<ErrorCode, string>> = {
  invalid_credentials: 'problem.wrong_key',
  clickup_forbidden: 'problem.forbidden_key',
  clickup_rate_limit: 'problem.clickup_busy',
  clickup_server_error: 'problem.clickup_down',
  clickup_api_error: 'problem.clickup_down',
  clickup_not_found: 'problem.clickup_down',
  unknown_outcome: 'problem.clickup_down',
  deadline_exceeded: 'problem.clickup_slow',
};

/** Asks ClickUp who somebody is and where they work; the answers are not cached, so that a revoked key proves nothing. */
@Injectable()
export class Identities {
  constructor(
    private readonly transport: ClickUpTransport,
    private readonly directories: DirectoryCache,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Who shows this ClickUp token, with those of their Workspaces that are let in here.
   * @param toEnd they have come to see and end what they have: nobody is turned away from that
   * @throws PageError `problem.*`; `problem.not_admitted` with a line in the security log for somebody who may not come in
   */
  async of(token: string, from: Pick<FastifyRequest, 'ip' | 'headers'>, toEnd = false): Promise<Identity> {
    const { call } = this.client(token, PATIENCE_MS.identity);
    const [who, where] = await Promise.all([call(GetAuthorizedUser, {}), call(GetAuthorizedTeams, {})]).catch(explain);
    const [{ user }, { teams }] = [expected(AuthorizedUser, who), expected(AuthorizedTeams, where)];
    if (teams.length === 0) throw new PageError('clickup_forbidden', 'problem.no_workspaces');
    const welcome = admitsPerson(this.config, user);
    const workspaces = teams.filter(({ id }) => welcome && admitsWorkspace(this.config, id));
    if (!toEnd && workspaces.length === 0) {
      // The id is what the operator needs to let somebody in; the address is not written down.
      const refused = welcome ? 'workspace' : 'person';
      const who = { address: from.ip, userAgent: from.headers['user-agent'], personId: user.id };
      const workspaceIds = teams.map(({ id }) => id);
      securityEvent(this.log, this.config, 'not_admitted', { ...who, refused, workspaceIds, fix: FIX[refused] });
      throw new PageError('forbidden', 'problem.not_admitted');
    }
    return {
      token,
      person: { id: user.id, name: user.username || user.email || `user ${user.id}` },
      ...(user.email && { email: user.email }),
      workspaces,
      ...(toEnd && { closed: teams.filter((team) => !workspaces.includes(team)) }),
      ...(user.timezone && knownZone(user.timezone) === user.timezone && { zone: user.timezone }),
    };
  }

  /** Spaces, Folders and Lists of one Workspace. @throws PageError `problem.*` */
  tree(token: string, workspaceId: string): Promise<Place[]> {
    return this.directories
      .directory(this.client(token, PATIENCE_MS.tree), workspaceId)
      .tree()
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code !== 'invalid_parameters') return explain(error);
        // The person sent no parameter that could be wrong, so the fault is in ClickUp's answer: malformed ids or missing branches.
        this.log.warn(
          { err: (error as Error).message },
          'what ClickUp answered about the places of a Workspace cannot be used',
        );
        throw new PageError('clickup_api_error', 'problem.clickup_down', undefined, error);
      });
  }

  /** The token behind the code that ClickUp sent somebody back with; asked for once. @throws PageError `problem.*` */
  async redeem(code: string, { network, suspect, deadline }: CodeTerms): Promise<string> {
    const { CLICKUP_CLIENT_ID: client_id = '', CLICKUP_CLIENT_SECRET: client_secret = '' } = this.config;
    const app = { hash: credential(client_id).hash, authorization: () => '' };
    const client = this.transport.client({
      credential: app,
      person: network,
      deadline,
      priority: suspect ? 'bulk' : 'interactive',
      authorize: () => Promise.resolve(),
      // A code that was lost on the way is of no use to anybody, and the person begins anew.
      cutsWrites: true,
      secrets: true,
    });
    const answer = await client
      .call(GetAccessToken, { body: { client_id, client_secret, code } })
      .catch((error: unknown) => {
        if (isRefusal(error)) throw new PageError('invalid_code', 'problem.sign_in_refused', undefined, error);
        return explain(error);
      });
    return expected(AccessToken, answer).access_token;
  }

  private client(token: string, patienceMs: number): ClickUpClient {
    const shown = credential(token);
    return this.transport.client({
      credential: shown,
      person: shown.hash,
      deadline: performance.now() + patienceMs,
      priority: 'interactive',
    });
  }
}

/** Whether ClickUp has refused the code, and not merely failed. */
function isRefusal(error: unknown): boolean {
  const status = error instanceof AppError ? Number(error.details.clickup_status) : 0;
  return status >= 400 && status < 500 && status !== 429;
}

/** The parts of an answer that are needed. @throws PageError `problem.clickup_down` when they are missing; the answer may hold a secret, so it stays out of the log */
function expected<T>(shape: z.ZodType<T>, answer: unknown): T {
  const { success, data } = shape.safeParse(answer);
  if (!success)
    throw new PageError(
      'clickup_api_error',
      'problem.clickup_down',
      undefined,
      new Error('ClickUp answered in another shape than it documents'),
    );
  return data;
}

function explain(error: unknown): never {
  const problem = error instanceof AppError ? PROBLEMS[error.code] : undefined;
  if (problem)
    throw new PageError(STATUS_OF[(error as AppError).code] ?? (error as AppError).code, problem, undefined, error);
  throw error;
}

/** 401 would ask for a WWW-Authenticate challenge, and a form that was filled in wrongly is 400; 404 would say that this page of ours is not there. */
const STATUS_OF: Partial<Record<ErrorCode, ErrorCode>> = {
  invalid_credentials: 'invalid_parameters',
  clickup_not_found: 'clickup_api_error',
};
