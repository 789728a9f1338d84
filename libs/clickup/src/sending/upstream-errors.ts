import { AppError, ERRORS, type ErrorCode } from '#libs/core';

/** 401s that say "Team not authorized": ClickUp answers them for ids that are wrong or not its own, too (developer.clickup.com/docs/common_errors). */
const NOT_AUTHORIZED_TEAM = /^OAUTH_0(23|26|27|29|3\d|4[0-5])$/;
const MAX_TEXT = 200;
/** A longer error body holds no sentence of ClickUp's. */
const MAX_BODY = 65_536;
/** Control, format (zero-width, bidirectional, tag block), private-use and lone-surrogate characters; line ends too: the text goes into one line. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]+/gu;

const codeOf = (status: number, ecode: string | undefined): ErrorCode => {
  if (status === 401) return ecode && NOT_AUTHORIZED_TEAM.test(ecode) ? 'clickup_not_found' : 'invalid_credentials';
  if (status === 403) return 'clickup_forbidden';
  if (status === 404) return 'clickup_not_found';
  return status >= 500 ? 'clickup_server_error' : 'clickup_api_error';
};

/**
 * An answer that is no success, as our error. Of ClickUp's body only its error code and at most 200 harmless characters of its sentence
 * are public.
 * @param body the answer as text; ignored unless it is JSON
 * @param path the ids that were sent
 */
export function upstreamError(status: number, body: string, path: Readonly<Record<string, string>>): AppError {
  const { ecode, sentence } = reasonOf(body);
  const code = codeOf(status, ecode);
  const ids = code === 'clickup_not_found' ? idsOf(path) : {};
  // "Team not authorized" says nothing of what is missing, and sends a reader to look for rights that are not wanting (ClickUp fact 3).
  const telling = status === 401 && code === 'clickup_not_found' ? undefined : sentence;
  return new AppError(code, telling && `${ERRORS[code].message}: ${telling}`, {
    details: { ...ids, clickup_status: status, clickup_error: ecode },
    cause: new Error(`ClickUp answered ${status}`),
  });
}

function reasonOf(body: string): { ecode?: string; sentence?: string } {
  const answer = parsed(body);
  const ecode = [answer.ECODE, answer.code].find(
    (value): value is string => typeof value === 'string' && /^[A-Za-z0-9_-]{1,40}$/.test(value),
  );
  const text = [answer.err, answer.error, answer.message].find((value): value is string => typeof value === 'string');
  return { ecode, sentence: text && (safeText(text) || undefined) };
}

function parsed(body: string): Record<string, unknown> {
  if (body.length > MAX_BODY) return {};
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // An HTML page of a proxy or a maintenance page: the status says all that may be said.
    return {};
  }
}

/** Text of ClickUp's that may be shown: one line, nothing invisible, no markup, at most 200 characters. */
export function safeText(text: string): string {
  const line = text
    .slice(0, 10 * MAX_TEXT)
    .replace(/<[^>]*>?/g, ' ')
    .replace(UNSAFE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...line].slice(0, MAX_TEXT).join('');
}

/** The ids that were asked for, under the names that `details` may carry. */
function idsOf(path: Readonly<Record<string, string>>): Record<string, string> {
  const known: readonly string[] = ERRORS.clickup_not_found.details;
  const renamed = Object.entries(path).map(
    ([name, id]) => [name === 'workspace_id' ? 'team_id' : name.toLowerCase(), id] as const,
  );
  return Object.fromEntries(renamed.filter(([name]) => known.includes(name)));
}
