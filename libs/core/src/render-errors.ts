import { AppError, type ErrorCode, ERRORS, oauthBody, restBody, toolBody } from './errors.js';

const codes = Object.keys(ERRORS) as ErrorCode[];
const code = (text: string) => `\`${text}\``;

/** docs/errors.md: every kind as every surface answers it, made by the renderers themselves. */
export function renderErrors(): string {
  return [
    '# Errors',
    '',
    'Generated from `libs/core/src/errors.ts` by `npm run docs`.',
    '',
    'Each failure has one code. REST endpoints and refusals of `/mcp` before a tool runs answer with the HTTP status and the REST body; OAuth endpoints with the body of RFC 6749 section 5.2. A failed tool call is HTTP 200 with `isError: true`: the text is for the model, `_meta.error` for programs. Messages may be more exact than the ones below; the codes stay.',
    '',
    '| code | HTTP | `details` may carry | what to do |',
    '|---|---|---|---|',
    ...codes.map(
      (name) =>
        `| [${code(name)}](#${name}) | ${ERRORS[name].http} | ${ERRORS[name].details.map(code).join(', ') || '–'} | ${ERRORS[name].advice} |`,
    ),
    '',
    ...codes.flatMap(surfaces),
  ].join('\n');
}

function surfaces(name: ErrorCode): string[] {
  const error = new AppError(name);
  const block = (title: string, body: unknown) => [`${title}:`, '```json', JSON.stringify(body), '```'];
  return [
    `## ${name}`,
    '',
    ...block(`REST, ${error.http}`, restBody(error)),
    ...block('OAuth', oauthBody(error)),
    ...block('Tool result', toolBody(error)),
    '',
  ];
}
