import { AppError, type ErrorCode, ERRORS, oauthBody, restBody, toolBody } from './errors.js';
import { renderErrors } from './render-errors.js';

const codes = Object.keys(ERRORS) as ErrorCode[];
/** Codes that RFC 6749 sections 4.1.2.1 and 5.2 and RFC 6750 section 3.1 define. */
const OAUTH = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_token',
  'insufficient_scope',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'invalid_target',
  'invalid_redirect_uri',
  'invalid_client_metadata',
];

describe('the error table', () => {
  test.each(codes)('%s is complete and fits every surface', (code) => {
    const kind = ERRORS[code];
    expect(kind.http).toBeGreaterThanOrEqual(400);
    expect(kind.http).toBeLessThan(600);
    expect(OAUTH).toContain(kind.oauth);
    expect(kind.message).not.toBe('');
    expect(kind.advice).toMatch(/\.$/);
    // RFC 6749 section 5.2: no quotes, no backslash, ASCII only.
    expect(kind.message).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
  });

  /** Contract item 2: codes and statuses are promised to clients. */
  test.each([
    [401, ['unauthorized', 'invalid_token', 'invalid_credentials', 'token_expired']],
    [429, ['rate_limited', 'quota_exceeded', 'clickup_rate_limit']],
    [400, ['invalid_parameters', 'invalid_code']],
    [404, ['tool_not_found', 'clickup_not_found']],
    [403, ['premium_required', 'clickup_forbidden', 'forbidden']],
    [502, ['clickup_api_error', 'clickup_server_error']],
    [503, ['not_configured']],
  ] as const)('%d: %s', (http, names) => expect(names.map((code) => ERRORS[code].http)).toEqual(names.map(() => http)));
});

describe('AppError', () => {
  test('takes the message of its kind, drops undefined details, keeps the cause to itself', () => {
    const error = new AppError('clickup_not_found', undefined, {
      details: { task_id: '1', list_id: undefined },
      cause: new Error('secret-body'),
    });
    expect(error).toMatchObject({ message: 'Resource not found in ClickUp', http: 404, details: { task_id: '1' } });
    expect(Object.keys(error.details)).toEqual(['task_id']);
    for (const render of [restBody, oauthBody, toolBody])
      expect(JSON.stringify(render(error))).not.toContain('secret-body');
  });

  test('of() passes ours through and hides what it does not know', () => {
    const ours = new AppError('forbidden');
    const theirs = new TypeError('select * from secrets');
    expect(AppError.of(ours)).toBe(ours);
    expect(AppError.of(theirs)).toMatchObject({ code: 'internal_error', message: 'Internal error', cause: theirs });
    expect(AppError.of('text')).toMatchObject({ code: 'internal_error' });
  });
});

describe('the surfaces', () => {
  const error = new AppError('invalid_parameters', 'list_id is missing', {
    details: { parameter: 'list_id', required: true },
  });
  test('REST', () =>
    expect(restBody(error)).toEqual({
      error: {
        code: 'invalid_parameters',
        message: 'list_id is missing',
        details: { parameter: 'list_id', required: true },
      },
    }));
  test('OAuth', () =>
    expect(oauthBody(error)).toEqual({ error: 'invalid_request', error_description: 'list_id is missing' }));
  test('tool result', () =>
    expect(toolBody(error)).toEqual({
      content: [{ type: 'text', text: 'Error: list_id is missing\nCorrect the named parameter and call again.' }],
      isError: true,
      _meta: {
        error: {
          code: 'invalid_parameters',
          message: 'list_id is missing',
          details: { parameter: 'list_id', required: true },
        },
      },
    }));

  test('the document shows every kind on every surface', () => {
    const text = renderErrors();
    for (const code of codes) {
      const kind = new AppError(code);
      expect(text).toContain(`\n## ${code}\n`);
      for (const render of [restBody, oauthBody, toolBody]) expect(text).toContain(JSON.stringify(render(kind)));
    }
  });
});
