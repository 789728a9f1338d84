import { AppError } from '#libs/core';
import { reasonOf } from './reason.js';

test.each<[string, AppError, string | undefined]>([
  [
    'a decision',
    new AppError('forbidden', 'canary', { details: { reason: 'this connection is read-only' } }),
    'this connection is read-only',
  ],
  [
    'a refusal of ClickUp',
    new AppError('clickup_forbidden', 'canary', { details: { clickup_status: 403, clickup_error: 'ACCESS_155' } }),
    'ClickUp 403 ACCESS_155',
  ],
  [
    'a status without code',
    new AppError('clickup_server_error', 'canary', { details: { clickup_status: 500 } }),
    'ClickUp 500',
  ],
  [
    'a known parameter',
    new AppError('invalid_parameters', 'canary', { details: { parameter: 'due_date.canary' } }),
    'parameter due_date',
  ],
  [
    'what the caller typed',
    new AppError('invalid_parameters', 'canary', { details: { parameter: 'canary' } }),
    'a parameter',
  ],
  [
    'a failed connection',
    new AppError('clickup_server_error', 'canary', { cause: { code: 'ECONNREFUSED', message: 'canary' } }),
    'ECONNREFUSED',
  ],
  ['nothing more', new AppError('clickup_not_found', 'canary', { details: { task_id: 'canary' } }), undefined],
  ['our own fault', new AppError('internal_error', 'canary', { cause: { code: 'CANARY' } }), undefined],
])('the reason of %s holds no text of others', (_, error, reason) => {
  expect(reasonOf(error, ['due_date'])).toBe(reason);
});
