import { errorsAnswered, reasonOf } from '#libs/audit';
import { AppError, type ErrorCode, ERRORS, flatBody, oauthBody, restBody } from '#libs/core';
import { CODES, errorJson, RpcError } from '#libs/mcp';
import { allowedMethods, type Pages, policyOf } from '#libs/web';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';

/** What Fastify and Nest throw, in our own terms; everything else is unexpected. */
const FOREIGN: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_parameters',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_parameters',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_parameters',
  FST_ERR_BAD_URL: 'invalid_parameters',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  // Asked of QUERY only, which no route has.
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'not_found',
  404: 'not_found',
  405: 'method_not_allowed',
};

/** When to try again after `unavailable`: a restarted database is back by then. */
const RETRY_AFTER_SECONDS = 5;

/** The REST border: every error that leaves over HTTP is rendered here, or inside a JSON-RPC answer of libs/mcp. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly pages: Pages,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    this.answer(
      thrown,
      host.switchToHttp().getRequest<FastifyRequest>(),
      host.switchToHttp().getResponse<FastifyReply>(),
    );
  }

  /** Renders what was thrown as the answer to a request; there need not be a route. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const policy = policyOf(request);
    const surface = policy?.surface ?? 'rest';
    const error = inTermsOf(request.routeOptions.url, toAppError(thrown, request));
    errorsAnswered.add(error.code);
    request.told = { ...request.told, error: error.code, reason: reasonOf(error) };
    if (error.code === 'internal_error')
      this.log.error({ reqId: request.id, err: error.cause }, 'a request failed unexpectedly');
    if (reply.sent || reply.raw.headersSent) return;
    if (typeof error.details.allow === 'string') void reply.header('allow', error.details.allow);
    if (typeof error.details.reset_in_seconds === 'number')
      void reply.header('retry-after', error.details.reset_in_seconds);
    if (error.code === 'unavailable') void reply.header('retry-after', RETRY_AFTER_SECONDS);
    if (error.http === 413) void reply.header('connection', 'close');
    // Where no route says what an error looks like, Accept decides between a page and JSON.
    if (!policy || policy.programs) void reply.header('vary', 'Accept');
    if (this.pages.wantsPage(request)) return this.pages.error(request, reply, error);
    if (surface === 'oauth') void reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
    const bodyOf = policy?.programs === 'flat' ? flatBody : surface === 'oauth' ? oauthBody : restBody;
    const json = isBodyOf(request, thrown) ? rpcJson(error) : JSON.stringify(bodyOf(error));
    void reply.status(error.http).type('application/json').send(json);
  }
}

function toAppError(thrown: unknown, { url, method, server }: FastifyRequest): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = FOREIGN[codeOf(thrown)];
  const allow =
    code === 'not_found' ? allowedMethods(url, (verb, path) => server.hasRoute({ method: verb, url: path })) : [];
  // A path that the router did not take for its length looks as if it had a route.
  if (allow.length && !allow.includes(method))
    return new AppError('method_not_allowed', undefined, { details: { allow: allow.join(', ') } });
  if (!code) return AppError.of(thrown);
  if (codeOf(thrown) === 'FST_ERR_BAD_URL')
    return new AppError(code, 'The path of the URL cannot be decoded: write a percent sign as %25');
  return new AppError(
    code,
    code === 'invalid_parameters' ? 'The request body is not valid JSON' : ERRORS[code].message,
  );
}

/** RFC 7591 section 3.2.2 has its own name for a bad body. */
const inTermsOf = (url: string | undefined, error: AppError) =>
  url === '/register' && error.code === 'invalid_parameters'
    ? new AppError('invalid_client_metadata', error.message)
    : error;

/** Nest wraps what Fastify throws into an HttpException and keeps the original as cause. */
function codeOf(thrown: unknown): string {
  const { code } = ((thrown instanceof HttpException ? thrown.cause : thrown) ?? {}) as { code?: unknown };
  if (typeof code === 'string') return code;
  return thrown instanceof HttpException ? String(thrown.getStatus()) : '';
}

const MCP: readonly (string | undefined)[] = ['/mcp', '/mcp/:secret', '/mcp/sse/messages', '/mcp/:secret/sse/messages'];
/** A body of /mcp that could not be read is a JSON-RPC matter (contract item 3); refusals such as 401 are not. */
const isBodyOf = (request: FastifyRequest, thrown: unknown) =>
  MCP.includes(request.routeOptions.url) &&
  /^FST_ERR_CTP|^unsupported_media_type$|^payload_too_large$/.test(codeOf(thrown));

/** No parameter was read yet, so the advice for wrong parameters would not help. */
const rpcJson = ({ code, message }: AppError) =>
  errorJson(
    null,
    code === 'invalid_parameters'
      ? new RpcError(CODES.parse, 'Parse error', 'Send one JSON-RPC message as the body: valid JSON, in UTF-8.')
      : new RpcError(CODES.request, message, ERRORS[code].advice),
  );
