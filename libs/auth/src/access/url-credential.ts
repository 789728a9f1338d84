import { type Caller, type Grants } from '#libs/connections';
import { AppError } from '#libs/core';
import { policyOf } from '#libs/web';
import { type FastifyRequest } from 'fastify';
import { isInPath, kindOf } from './credentials.js';
import { type FailedCredentials } from './failed-credentials.js';

/** Finds the caller that a server URL stands for (feature A10): its credential is a part of the path, and of no other place. */
export class UrlCredential {
  constructor(
    private readonly grants: Grants,
    private readonly failures: FailedCredentials,
  ) {}

  /** The credential in the path of a request, decoded; undefined on routes that have none. */
  in(request: FastifyRequest): string | undefined {
    return policyOf(request)?.secretInPath ? (request.params as { secret: string }).secret : undefined;
  }

  /**
   * The caller of a server URL: at once unless the database has to be asked.
   * @param further finds the credential that came beside it; undefined when none was sent
   * @throws AppError (or rejects) `not_found` for one that is unknown, wrong or ended, all alike; `invalid_token` for one that has expired,
   * and for a credential of another kind; `unauthorized` when a further credential is needed and missing, `forbidden` when that is another
   * person's; `rate_limited`, `invalid_credentials`, `unavailable`
   */
  callerOf(
    request: FastifyRequest,
    token: string,
    further: () => Caller | Promise<Caller> | undefined,
  ): Caller | Promise<Caller> {
    const { name, grant } = kindOf(token);
    const [, id, secret] = grant?.parts.exec(token) ?? [];
    if (!grant || id === undefined || secret === undefined) throw this.unknown(request, undefined, token);
    if (!isInPath(grant.kind))
      throw new AppError(
        'invalid_token',
        `The URL is no place for ${name}: call /mcp, and send it as Authorization: Bearer.`,
      );
    const known = this.grants.remembered(grant.kind, id, secret);
    return known ? beside(known, further) : this.ask(request, { id, secret, token }, further);
  }

  private async ask(
    request: FastifyRequest,
    { id, secret, token }: { id: string; secret: string; token: string },
    further: () => Caller | Promise<Caller> | undefined,
  ): Promise<Caller> {
    try {
      this.failures.check(request.ip, id, token);
    } catch (error) {
      throw error instanceof AppError && error.code === 'invalid_token' ? new AppError('not_found') : error;
    }
    const caller = await this.grants.ask('server_url', id, secret);
    if (caller) return beside(caller, further);
    if (await this.grants.expired(id, secret)) throw this.failures.noteExpired(request.ip, token, expired());
    throw this.unknown(request, id, token);
  }

  private unknown({ ip }: FastifyRequest, id: string | undefined, token: string): AppError {
    const failure = this.failures.note(ip, id, token);
    return failure.code === 'invalid_token' ? new AppError('not_found') : failure;
  }
}

/** No way to sign in helps here, so the answer names none (`details.final`). */
const expired = () =>
  new AppError('invalid_token', 'This server URL has expired: ask whoever gave it to you for a new one.', {
    details: { final: true },
  });

/** What came beside a URL must be of the same person, also where nothing need come: a client that sends somebody else's is set up wrongly. */
function beside(caller: Caller, further: () => Caller | Promise<Caller> | undefined): Caller | Promise<Caller> {
  const found = further();
  if (found instanceof Promise) return found.then((live) => checked(caller, live));
  return checked(caller, found);
}

function checked(caller: Caller, further: Caller | undefined): Caller {
  if (!further) {
    if (!caller.tokenRequired) return caller;
    throw new AppError(
      'unauthorized',
      'This server URL works only with a credential of the same person: send a session token, a JWT or an API key as Authorization: Bearer.',
    );
  }
  const [mine, theirs] = [caller.connection, further.connection];
  if (mine && theirs && mine.personId === theirs.personId && mine.tenantId === theirs.tenantId) return caller;
  throw new AppError(
    'forbidden',
    'The credential beside this server URL is not of the same person in the same Workspace: send a session token, a JWT or an API key of that person, or none where none is needed.',
    { details: { reason: 'another person' } },
  );
}
