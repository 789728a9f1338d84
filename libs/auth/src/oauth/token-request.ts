import { AppError } from '#libs/core';
import { opaquePart } from './session-token.js';

/**
 * The body of `/token`, form or JSON, as the library takes it. What the URL carries is ignored (RFC 6749 section 3.2).
 * @param resource the one there is: another is refused before a code is consumed, so that the right one can follow (RFC 8707)
 * @throws AppError `invalid_parameters`, `invalid_target`
 */
export function tokenForm(body: unknown, resource: string): URLSearchParams {
  const form = parameters(body, ['resource']);
  if (!form.has('grant_type'))
    form.set('grant_type', form.has('refresh_token') ? 'refresh_token' : 'authorization_code');
  if (form.getAll('resource').some((asked) => asked !== resource)) throw new AppError('invalid_target');
  return form;
}

/** The body of `/revoke`. @throws AppError `invalid_parameters` */
export function revokeForm(body: unknown): URLSearchParams {
  const form = parameters(body, []);
  const token = form.get('token');
  if (token !== null) form.set('token', opaquePart(token));
  return form;
}

/** A parameter is a text that a database column can hold, once; anything else is a mistake or an attack (RFC 6749 section 3.2, CWE-943). */
function parameters(body: unknown, repeatable: readonly string[]): URLSearchParams {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('invalid_parameters', 'the body must hold parameters, as a form or as JSON');
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    const values: unknown[] = Array.isArray(value) && repeatable.includes(name) ? value : [value];
    for (const one of values) {
      if (typeof one !== 'string' || one.includes('\0'))
        throw new AppError('invalid_parameters', `${/^\w{1,40}$/.test(name) ? name : 'a parameter'} must be one text`);
      form.append(name, one);
    }
  }
  return form;
}
