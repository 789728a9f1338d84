import { credentialsRefused, productOf, securityEvent, Sparingly } from '#libs/audit';
import { type Config, network, sha256 } from '#libs/core';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';

/** Lines a minute: whoever guesses credentials must not fill the log, nor hide the refusals of others in it. */
const LINES = { total: 60, each: 10 };

/** What is told of a refused credential. */
interface Refused {
  request: FastifyRequest;
  token: string;
  /** `an API key`, `a session token`. */
  kind: string;
  /** The grant that it names; no secret. */
  grant?: string | undefined;
  /** Found out only where a line is written: it may cost a query. */
  why: () => string | Promise<string>;
}

/** Writes a line of the security log for each credential that was refused, the first time within a minute; the others are counted (SEC-C6). */
export class RefusedCredentials {
  private readonly lines = new Sparingly(LINES, (skipped) =>
    this.log.warn({ security: 'credentials_refused', skipped }, 'security event'),
  );

  constructor(
    private readonly log: Logger,
    private readonly config: Pick<Config, 'LOG_FULL_IP'>,
  ) {}

  /** Resolves when the line is written; whoever waits for an answer need not wait for it. */
  async tell({ request, token, kind, grant, why }: Refused): Promise<void> {
    credentialsRefused.add(kind.replace(/^an? /, '').replaceAll(' ', '_').toLowerCase());
    const source = network(request.ip, { v4: 24, v6: 64 });
    if (!this.lines.admits(source, sha256(token).toString('base64url'))) return;
    const reason = await Promise.resolve(why()).catch(() => 'unknown');
    // Access tokens live for TOKEN_TTL_SECONDS only, so that this happens to everybody.
    const level = reason === 'expired' ? 'info' : 'warn';
    securityEvent(
      this.log,
      this.config,
      'credential_refused',
      {
        address: request.ip,
        reqId: request.id,
        kind,
        // An id that no grant has is the caller's own text.
        grant: reason === 'unknown' ? undefined : grant,
        reason,
        ...productOf(request.headers['user-agent']),
      },
      level,
    );
  }
}
