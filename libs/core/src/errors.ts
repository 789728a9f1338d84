/**
 * Every kind of failure the gateway can answer with: one table, from which all renderers and docs/errors.md derive.
 * `message` is public. Upstream bodies, URLs, SQL and tokens go into `cause`, which only the log sees.
 */
interface ErrorKind {
  http: number;
  message: string;
  /** Keys that `details` may carry. */
  details: readonly string[];
  /** RFC 6749 section 5.2 and RFC 6750 section 3.1 code on OAuth endpoints. */
  oauth: string;
  /** What a model or a person can do about it. */
  advice: string;
}

const kinds = <K extends string>(table: Record<K, ErrorKind>): Record<K, ErrorKind> => table;
const RATE = ['limit', 'remaining', 'reset_at', 'reset_in_seconds', 'upgrade_url'] as const;
const UPSTREAM = ['clickup_status', 'clickup_error'] as const;

export const ERRORS = kinds({
  unauthorized: {
    http: 401,
    message: 'Authentication is required',
    details: [],
    oauth: 'invalid_client',
    advice: 'Send a credential: Authorization: Bearer <token> or X-API-Key: <key>.',
  },
  invalid_token: {
    http: 401,
    message: 'The credential is not valid',
    details: [],
    oauth: 'invalid_token',
    advice: 'Check the key or connect again.',
  },
  invalid_credentials: {
    http: 401,
    message: 'ClickUp does not accept the stored credential',
    details: [...UPSTREAM],
    oauth: 'invalid_grant',
    advice: 'Make a new ClickUp token (ClickUp: Settings > Apps) and give it where the refused one was given.',
  },
  token_expired: {
    http: 401,
    message: 'JWT token has expired',
    details: ['expired_at', 'current_time'],
    oauth: 'invalid_grant',
    advice: 'Refresh the token or authenticate again.',
  },
  rate_limited: {
    http: 429,
    message: 'Rate limit exceeded',
    details: [...RATE],
    oauth: 'temporarily_unavailable',
    advice: 'Wait reset_in_seconds, then call again.',
  },
  quota_exceeded: {
    http: 429,
    message: 'Monthly quota exceeded',
    details: [...RATE],
    oauth: 'temporarily_unavailable',
    advice: 'Wait for the reset or raise the quota.',
  },
  clickup_rate_limit: {
    http: 429,
    message: 'ClickUp API rate limit',
    details: [...RATE, 'position', 'retry_after_seconds'],
    oauth: 'temporarily_unavailable',
    advice: 'Nothing was executed. Wait reset_in_seconds, then call again.',
  },
  invalid_parameters: {
    http: 400,
    message: 'Missing or invalid parameters',
    details: ['parameter', 'required', 'type', 'candidates'],
    oauth: 'invalid_request',
    advice: 'Correct the named parameter and call again.',
  },
  invalid_code: {
    http: 400,
    message: 'Authorization code is invalid or expired',
    details: ['parameter', 'required', 'type'],
    oauth: 'invalid_grant',
    advice: 'Start the authorization again.',
  },
  invalid_target: {
    http: 400,
    message: 'The resource is not one that tokens are issued for',
    details: [],
    oauth: 'invalid_target',
    advice: 'Take `resource` from /.well-known/oauth-protected-resource/mcp.',
  },
  invalid_redirect_uri: {
    http: 400,
    message: 'The redirect URI is not allowed',
    details: [],
    oauth: 'invalid_redirect_uri',
    advice: 'Register a redirect URI that the operator allows (REDIRECT_URI_ALLOWLIST).',
  },
  invalid_client_metadata: {
    http: 400,
    message: 'The client metadata is not valid',
    details: ['parameter'],
    oauth: 'invalid_client_metadata',
    advice: 'Correct the named field and register again.',
  },
  tool_not_found: {
    http: 404,
    message: 'Tool does not exist',
    details: [],
    oauth: 'invalid_request',
    advice: 'Take a name from tools/list.',
  },
  not_found: { http: 404, message: 'Not found', details: [], oauth: 'invalid_request', advice: 'Check the path.' },
  method_not_allowed: {
    http: 405,
    message: 'Method not allowed',
    details: ['allow', 'example'],
    oauth: 'invalid_request',
    advice: 'Use the method that the Allow header names.',
  },
  upgrade_required: {
    http: 426,
    message: 'This path is for WebSocket',
    details: [],
    oauth: 'invalid_request',
    advice: 'Open it with a WebSocket client (ws:// or wss://), or send requests by POST to /mcp.',
  },
  conflict: {
    http: 409,
    message: 'This does not fit what is there already',
    details: ['reason', 'parameter'],
    oauth: 'invalid_request',
    advice: 'Read what is there, and send what fits it.',
  },
  precondition_failed: {
    http: 412,
    message: 'Somebody has changed it since it was read',
    details: ['etag'],
    oauth: 'invalid_request',
    advice: 'Read it again, make the change on what is there now, and send the new ETag as If-Match.',
  },
  precondition_required: {
    http: 428,
    message: 'Changes need the header If-Match',
    details: [],
    oauth: 'invalid_request',
    advice: 'Read it first, and send the ETag of the answer as If-Match.',
  },
  payload_too_large: {
    http: 413,
    message: 'The request body is too large',
    details: ['limit_bytes'],
    oauth: 'invalid_request',
    advice: 'Send less at once; a large file can be attached from its URL.',
  },
  unsupported_media_type: {
    http: 415,
    message: 'The Content-Type is not understood',
    details: [],
    oauth: 'invalid_request',
    advice: 'Send Content-Type: application/json.',
  },
  clickup_not_found: {
    http: 404,
    message: 'Resource not found in ClickUp',
    details: ['task_id', 'list_id', 'space_id', 'folder_id', 'team_id'],
    oauth: 'invalid_request',
    advice: 'See what there is: find_tasks, find_objects and search look for it by its words.',
  },
  premium_required: {
    http: 403,
    message: 'Tool requires Premium tier',
    details: [],
    oauth: 'access_denied',
    advice: 'Upgrade, or use another tool.',
  },
  clickup_forbidden: {
    http: 403,
    message: 'No permission to access resource',
    details: [...UPSTREAM],
    oauth: 'access_denied',
    advice: 'The ClickUp user lacks this right: ask the owner of the Workspace.',
  },
  forbidden: {
    http: 403,
    message: 'Not allowed',
    details: ['operation', 'reason'],
    oauth: 'access_denied',
    advice: 'This connection was not granted that. Ask the person who set it up.',
  },
  insufficient_scope: {
    http: 403,
    message: 'The access token allows reading only',
    details: [],
    oauth: 'insufficient_scope',
    advice: 'Ask the person to authorize this client again, with the scope `read write`.',
  },
  clickup_api_error: {
    http: 502,
    message: 'ClickUp API returned error',
    details: [...UPSTREAM],
    oauth: 'server_error',
    advice: 'Correct the request if ClickUp names a reason; otherwise try again.',
  },
  clickup_server_error: {
    http: 502,
    message: 'ClickUp API unavailable',
    details: [...UPSTREAM, 'retry_after_seconds'],
    oauth: 'server_error',
    advice: 'Nothing was lost: call again later.',
  },
  unknown_outcome: {
    http: 502,
    message: 'ClickUp did not answer, so the change may or may not have been made',
    details: ['operation', ...UPSTREAM, 'done', 'unknown', 'created'],
    oauth: 'server_error',
    advice: 'Read the object first; repeat the change only if it is missing.',
  },
  deadline_exceeded: {
    http: 504,
    message: 'The call took too long and was ended',
    details: ['waited_ms'],
    oauth: 'temporarily_unavailable',
    advice: 'Ask for less at once, or call again.',
  },
  cancelled: {
    http: 499,
    message: 'The caller cancelled the request',
    details: [],
    oauth: 'temporarily_unavailable',
    advice: 'Call again if it is still wanted.',
  },
  not_configured: {
    http: 503,
    message: 'The server is not configured',
    details: ['fix'],
    oauth: 'temporarily_unavailable',
    advice: 'The operator has to set what `fix` names.',
  },
  unavailable: {
    http: 503,
    message: 'The server cannot take this request now',
    details: ['reason', 'retry_after_seconds'],
    oauth: 'temporarily_unavailable',
    advice: 'Call again in a few seconds.',
  },
  internal_error: {
    http: 500,
    message: 'Internal error',
    details: [],
    oauth: 'server_error',
    advice: 'Give the request id to the operator.',
  },
});
export type ErrorCode = keyof typeof ERRORS;

interface AppErrorOptions {
  /** Facts; undefined values are dropped. Of them {@link ERRORS} says which are public. */
  details?: Record<string, unknown>;
  /** For the log only. */
  cause?: unknown;
}

/** The one error of the product. Throw it anywhere; only a border catches and renders it. */
export class AppError extends Error {
  readonly details: Record<string, unknown>;

  constructor(
    readonly code: ErrorCode,
    message: string = ERRORS[code].message,
    { details = {}, cause }: AppErrorOptions = {},
  ) {
    super(message, { cause });
    this.name = 'AppError';
    this.details = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
  }

  get http(): number {
    return ERRORS[this.code].http;
  }

  /** Anything thrown, as an AppError; what we do not know becomes `internal_error`, with the original as cause. */
  static of(thrown: unknown): AppError {
    return thrown instanceof AppError ? thrown : new AppError('internal_error', undefined, { cause: thrown });
  }
}

/** What of the details may be seen: that an object lies elsewhere, for one, must not be told from that it is nowhere. */
const shown = ({ code, details }: AppError): Record<string, unknown> =>
  Object.fromEntries(Object.entries(details).filter(([key]) => ERRORS[code].details.includes(key)));

/** Body of REST errors and of `/mcp` refusals before dispatch. */
export function restBody(error: AppError) {
  const { code, message } = error;
  return { error: { code, message, details: shown(error) } };
}

/** Body of OAuth endpoint errors (RFC 6749 section 5.2). */
export function oauthBody({ code, message }: AppError) {
  return { error: ERRORS[code].oauth, error_description: message };
}

/** Body of a failed sign-in for a JWT, as S3 shows it (contract item 1): whatever was wrong with what came back, the code is of no use. */
export function flatBody({ code, http, message }: AppError) {
  if (code === 'invalid_code') return { error: code, message: ERRORS[code].message };
  return { error: http === 400 ? 'invalid_code' : code, message };
}

/** A failed `tools/call`: for the model to read, with the machine's view in `_meta.error`. */
export function toolBody(error: AppError) {
  const { code, message } = error;
  return {
    content: [{ type: 'text' as const, text: `Error: ${message}\n${ERRORS[code].advice}` }],
    isError: true as const,
    _meta: { error: { code, message, details: shown(error) } },
  };
}

/** What the operating system or a library calls a failure: `ECONNREFUSED`, `UND_ERR_SOCKET`; undefined where it has no such name. */
export function systemCodeOf(thrown: unknown): string | undefined {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : undefined;
}
