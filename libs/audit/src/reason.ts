import { type AppError, systemCodeOf } from '#libs/core';

const LONGEST = 120;

/**
 * Why something was refused, in words that may stand in a log: those of a decision, which name no object, ClickUp's status and error code, or
 * how the connection failed. The message of an error may hold what a caller typed, or ClickUp's words, and so stays out.
 * @param parameters names of parameters that are known; any other is the caller's own text
 */
export function reasonOf({ code, details, cause }: AppError, parameters: readonly string[] = []): string | undefined {
  const { reason, clickup_status: status, clickup_error: ecode, parameter } = details;
  if (typeof reason === 'string') return reason.slice(0, LONGEST);
  if (status !== undefined) return ['ClickUp', status, ecode].filter(Boolean).join(' ');
  const [name] = typeof parameter === 'string' ? parameter.split('.') : [];
  if (name !== undefined) return parameters.includes(name) ? `parameter ${name}` : 'a parameter';
  return code === 'internal_error' ? undefined : systemCodeOf(cause);
}
