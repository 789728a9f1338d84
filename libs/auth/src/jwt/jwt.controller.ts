import { securityEvent } from '#libs/audit';
import { JwtGrants } from '#libs/connections';
import { AppError, CONFIG, type Config, LOGGER } from '#libs/core';
import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { presentedCredential } from '../access/presented-credential.js';
import { type SessionClaims, SessionTokens, tokenExpired } from '../access/session-tokens.service.js';

/** What programs do with a JWT besides calling tools, as S3 has it: exchange it for a newer one, and end its session. */
@Controller('auth')
export class JwtController {
  constructor(
    private readonly tokens: SessionTokens,
    private readonly grants: JwtGrants,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** A `refresh_token` in the body is accepted and ignored (contract item 19): the JWT itself says whose session it is. */
  @Post('refresh')
  @HttpCode(200)
  async refresh(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const claims = await this.claims(request);
    const turn = await this.grants.next(claims.id, claims.secret);
    if (!turn) throw claims.expired ? tokenExpired(claims) : notLive();
    void reply.header('cache-control', 'no-store');
    return {
      success: true,
      jwt_token: await this.tokens.sign(turn),
      expires_in: turn.expiresAt - turn.issuedAt,
    };
  }

  /** Also for a JWT that has expired or was logged out: whoever ends a session twice wants it to have ended. */
  @Post('logout')
  @HttpCode(200)
  async logout(@Req() request: FastifyRequest): Promise<object> {
    const { id } = await this.claims(request);
    const ended = await this.grants.end(id);
    if (ended) securityEvent(this.log, this.config, 'logged_out', { address: request.ip, grant: id }, 'info');
    return { success: true, message: 'Session terminated successfully' };
  }

  /** @throws AppError `unauthorized`, `invalid_token` */
  private async claims(request: FastifyRequest): Promise<SessionClaims> {
    const presented = presentedCredential(request.raw, []);
    if (!presented) throw new AppError('unauthorized', 'Send the JWT: Authorization: Bearer <token>.');
    const claims = presented.from === 'authorization' ? await this.tokens.read(presented.token) : undefined;
    if (!claims) throw new AppError('invalid_token', 'JWT signature invalid');
    return claims;
  }
}

const notLive = () =>
  new AppError('invalid_token', 'This JWT was refreshed or logged out: use the newer one, or sign in at /auth/login.');
