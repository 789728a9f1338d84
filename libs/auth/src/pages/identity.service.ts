import { type ClickUpClient, ClickUpTransport, credential, DirectoryCache, GetAccessToken, GetAuthorizedTeams, GetAuthorizedUser, type Place } from '#libs/clickup';
import { AppError, CONFIG, type Config, type ErrorCode } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { PageError } from './page-error.js';

/** Somebody, as ClickUp says: the whole of what a shown credential proves. */
export interface Identity {
  /** The ClickUp token that was shown. */
  token: string;
  person: { id: string; name: string };
  workspaces: { id: string; name: string }[];
}

const PATIENCE_MS = 25_000;

/** What people can do about ClickUp's refusals. */
const PROBLEMS: Partial<Record<ErrorCode, string>> = {
  invalid_credentials: 'problem.wrong_key',
  clickup_forbidden: 'problem.forbidden_key',
  clickup_rate_limit: 'problem.clickup_busy',
  clickup_server_error: 'problem.clickup_down',
  clickup_api_error: 'problem.clickup_down',
  unknown_outcome: 'problem.clickup_down',
  deadline_exceeded: 'problem.clickup_slow',
};

/** Asks ClickUp who somebody is and where they work; nothing here is remembered, so a revoked key proves nothing. */
@Injectable()
export class Identities {
  constructor(
    private readonly transport: ClickUpTransport,
    private readonly directories: DirectoryCache,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws PageError `problem.*` */
  async of(token: string): Promise<Identity> {
    const { call } = this.client(token);
    const [{ user }, { teams }] = await Promise.all([call(GetAuthorizedUser, {}), call(GetAuthorizedTeams, {})]).catch(explain);
    if (teams.length === 0) throw new PageError('clickup_forbidden', 'problem.no_workspaces');
    return { token, person: { id: String(user.id), name: user.username ?? user.email ?? `user ${user.id}` }, workspaces: teams.map(({ id, name }) => ({ id, name })) };
  }

  /** Spaces, Folders and Lists of one Workspace. @throws PageError `problem.*` */
  tree(token: string, workspaceId: string): Promise<Place[]> {
    return this.directories.directory(this.client(token), workspaceId).tree().catch(explain);
  }

  /** The token behind the code that ClickUp sent somebody back with. @throws PageError `problem.*` */
  async exchange(code: string): Promise<string> {
    const { CLICKUP_CLIENT_ID: client_id = '', CLICKUP_CLIENT_SECRET: client_secret = '' } = this.config;
    const app = { hash: credential(client_id).hash, authorization: () => '' };
    const client = this.transport.client({ credential: app, person: 'sign-in', deadline: soon(), priority: 'interactive', authorize: () => Promise.resolve(), secrets: true });
    const { access_token } = await client.call(GetAccessToken, { body: { client_id, client_secret, code } }).catch((error: unknown) => {
      if (error instanceof AppError && ['invalid_credentials', 'clickup_api_error', 'invalid_parameters'].includes(error.code)) throw new PageError('invalid_code', 'problem.sign_in_refused', undefined, error);
      return explain(error);
    });
    return access_token;
  }

  private client(token: string): ClickUpClient {
    const shown = credential(token);
    return this.transport.client({ credential: shown, person: shown.hash, deadline: soon(), priority: 'interactive' });
  }
}

const soon = () => performance.now() + PATIENCE_MS;

function explain(error: unknown): never {
  const problem = error instanceof AppError ? PROBLEMS[error.code] : undefined;
  // 401 would ask for a WWW-Authenticate challenge; a form that was filled in wrongly is 400.
  const code = (error as AppError).code === 'invalid_credentials' ? 'invalid_parameters' : (error as AppError).code;
  if (problem) throw new PageError(code, problem, undefined, error);
  throw error;
}
