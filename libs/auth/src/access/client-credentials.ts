import { credential } from '#libs/clickup';
import { admitsWorkspace, type Caller, notAdmitted } from '#libs/connections';
import { AppError, type Config } from '#libs/core';
import { createHmac } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

type Settings = Pick<
  Config,
  'ALLOW_CLIENT_CREDENTIALS' | 'MCP_API_KEY_WRITE_MODE' | 'TEAM_ID' | 'ALLOWED_WORKSPACES' | 'ALLOWED_PEOPLE'
>;

/** What a client brings along in place of CLICKUP_API_TOKEN and TEAM_ID. */
interface Brought {
  key?: string;
  teamId?: string;
}

/** Visible characters but no comma: a header that was sent twice arrives as one, joined with a comma and a space. */
const KEY = /^[\x21-\x2b\x2d-\x7e]{8,1024}$/;
const TEAM_ID = /^\d{1,20}$/;

/** ClickUp credentials that clients supply with each request (contract item 9). They are neither stored nor logged. */
export class ClientCredentials {
  /** @param pseudonymKey 32 bytes */
  constructor(
    private readonly settings: Settings,
    private readonly pseudonymKey: Buffer,
  ) {}

  /**
   * A caller with nothing but its own ClickUp key; undefined when none was sent or ALLOW_CLIENT_CREDENTIALS is off.
   * @throws AppError `invalid_parameters` for a malformed header, or when it must say which Workspace; `forbidden` for one that is not let in
   */
  alone(request: IncomingMessage): Caller | undefined {
    const brought = this.brought(request);
    if (brought?.key === undefined) return undefined;
    return this.caller(
      {
        kind: 'client_credentials',
        id: '',
        policies: [{ layer: 'operator', mode: this.settings.MCP_API_KEY_WRITE_MODE }],
        workspaceId: this.settings.TEAM_ID,
      },
      brought,
    );
  }

  /**
   * The holder of a global key, with what the client sent in place of CLICKUP_API_TOKEN, of TEAM_ID, or of both.
   * @throws AppError as {@link alone}
   */
  beside(caller: Caller, request: IncomingMessage): Caller {
    const brought = this.brought(request);
    return brought ? this.caller(caller, brought) : caller;
  }

  private caller(base: Caller, { key, teamId }: Brought): Caller {
    const workspaceId = this.admitted(teamId ?? base.workspaceId);
    const own = key === undefined ? undefined : credential(key);
    return Object.freeze({
      ...base,
      ...(own && { kind: 'client_credentials' as const, credential: own }),
      // Another Workspace must not begin another count.
      countsAs: own?.hash ?? base.id,
      workspaceId,
      // One id for each combination: cursors and confirmations made for one must not be accepted from another.
      id: createHmac('sha256', this.pseudonymKey)
        .update(JSON.stringify([base.id, key, teamId]))
        .digest('base64url')
        .slice(0, 16),
    });
  }

  /** A ClickUp key reaches all Workspaces of its owner, so where only some are let in, one of them must be named. */
  private admitted(workspaceId: string | undefined): string | undefined {
    const { ALLOWED_WORKSPACES } = this.settings;
    const meant = workspaceId ?? (ALLOWED_WORKSPACES.length === 1 ? ALLOWED_WORKSPACES[0] : undefined);
    if (meant === undefined && ALLOWED_WORKSPACES.length > 0)
      throw new AppError('invalid_parameters', 'Name your Workspace in the header X-ClickUp-Team-Id.', {
        details: { parameter: 'X-ClickUp-Team-Id' },
      });
    if (meant !== undefined && !admitsWorkspace(this.settings, meant)) throw notAdmitted();
    return meant;
  }

  private brought({ headers }: IncomingMessage): Brought | undefined {
    if (!this.settings.ALLOW_CLIENT_CREDENTIALS) return undefined;
    const [key, teamId] = [headers['x-clickup-key'], headers['x-clickup-team-id']] as (string | undefined)[];
    if (key === undefined && teamId === undefined) return undefined;
    if (key !== undefined && !KEY.test(key)) throw malformed('X-ClickUp-Key', 'one ClickUp token, without "Bearer"');
    if (teamId !== undefined && !TEAM_ID.test(teamId))
      throw malformed('X-ClickUp-Team-Id', 'the digits of one Workspace id');
    return { key, teamId };
  }
}

const malformed = (header: string, expected: string) =>
  new AppError('invalid_parameters', `The header ${header} must hold ${expected}.`, { details: { parameter: header } });
