import { restBody } from '#libs/core';
import { safeText, upstreamError } from './upstream-errors.js';

const body = (ECODE: string, err = 'Team not authorized') => JSON.stringify({ err, ECODE });
const map = (status: number, text = '', path: Record<string, string> = {}) => upstreamError(status, text, path);

test.each([
  [400, body('INPUT_002'), 'clickup_api_error'],
  [402, '', 'clickup_api_error'],
  [409, '', 'clickup_api_error'],
  [302, '', 'clickup_api_error'],
  [401, body('OAUTH_017'), 'invalid_credentials'],
  [401, body('OAUTH_019'), 'invalid_credentials'],
  [401, body('OAUTH_025'), 'invalid_credentials'],
  [401, body('OAUTH_077'), 'invalid_credentials'],
  [401, body('OAUTH_028'), 'invalid_credentials'],
  [401, body('OAUTH_046'), 'invalid_credentials'],
  [401, '', 'invalid_credentials'],
  ...['023', '026', '027', '029', '030', '039', '040', '045'].map(
    (code) => [401, body(`OAUTH_${code}`), 'clickup_not_found'] as const,
  ),
  [403, body('OAUTH_023'), 'clickup_forbidden'],
  [404, body('ITEM_013'), 'clickup_not_found'],
  [500, '', 'clickup_server_error'],
  [503, '<html>', 'clickup_server_error'],
] as const)('%d %s is %s', (status, text, code) => {
  const error = map(status, text);
  expect(error.code).toBe(code);
  expect(error.details.clickup_status).toBe(status);
});

test('the error code and the ids that were asked for are known, and of what is not there only these are told', () => {
  const error = map(401, body('OAUTH_027'), { task_id: 'abc', list_id: '5', team_Id: '9', tag_name: 'secret' });
  expect(error.details).toEqual({
    task_id: 'abc',
    list_id: '5',
    team_id: '9',
    clickup_status: 401,
    clickup_error: 'OAUTH_027',
  });
  expect(map(404, '', { workspace_id: '3' }).details).toMatchObject({ team_id: '3' });
  expect(Object.keys(restBody(error).error.details)).toEqual(['task_id', 'list_id', 'team_id']);
  expect(Object.keys(map(400, body('X_1'), { task_id: 'abc' }).details)).toEqual(['clickup_status', 'clickup_error']);
});

test('an id that is wrong is not said to be a matter of rights', () =>
  expect(map(401, body('OAUTH_027')).message).toBe('Resource not found in ClickUp'));

describe("of ClickUp's text", () => {
  test.each([
    ['err', { err: 'Task name invalid' }],
    ['error', { error: 'Task name invalid' }],
    ['message (v3)', { status: 400, message: 'Task name invalid', trace_id: '1' }],
  ])('%s is told', (_, answer) =>
    expect(map(400, JSON.stringify(answer)).message).toBe('ClickUp API returned error: Task name invalid'),
  );

  test.each([
    '<html><body>secret page</body></html>',
    '{"err": "half',
    '"secret"',
    '[1]',
    'null',
    '',
    '{"err": {"secret": 1}}',
    '{"ECODE": "no code; secret"}',
    `{"err": "secret", "x": "${'x'.repeat(70_000)}"}`,
  ])('%.40s is not', (text) => {
    const error = map(400, text);
    expect(error.message).toBe('ClickUp API returned error');
    expect(JSON.stringify(error.details)).not.toContain('secret');
  });

  test('only 200 harmless characters remain', () => {
    expect(safeText('a\u0000b\u200bc\u202ed\ufe0fe\n\n  f\u{e0041}g\ud800h')).toBe('a b c d e f g h');
    expect(safeText('<script>alert(1)</script>No')).toBe('alert(1) No');
    expect([...safeText('🚀'.repeat(5_000))]).toHaveLength(200);
    expect(map(400, JSON.stringify({ err: 'x'.repeat(5_000) })).message.length).toBeLessThan(260);
  });
});
