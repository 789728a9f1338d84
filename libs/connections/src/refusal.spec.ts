import { type ClickUpClient } from '#libs/clickup';
import { AppError } from '#libs/core';
import { reconnect } from './reconnect.js';
import { noticingRefusal } from './refusal.js';

test('who listens for writes hears of them: else what is kept of the objects would stay as it was', () => {
  const listeners: unknown[] = [];
  const client = { whenWritten: (listener: unknown) => listeners.push(listener) } as unknown as ClickUpClient;
  const listener = () => undefined;
  noticingRefusal(
    client,
    () => Promise.resolve(false),
    (error) => error,
  ).whenWritten?.(listener);
  expect(listeners).toEqual([listener]);
});

test.each(['global_key', 'stdio'] as const)(
  "%s: the operator is told which key to set, and nobody to connect again, because the token is the server's",
  (kind) => {
    const error = reconnect(kind, { BASE_URL: undefined }, new AppError('invalid_credentials'));
    expect(error).toMatchObject({ code: 'not_configured', message: expect.stringContaining('CLICKUP_API_TOKEN') });
    expect(JSON.stringify([error.message, error.details])).not.toMatch(/connect again/i);
  },
);

test('a key that the client brought along is named as such', () => {
  expect(reconnect('client_credentials', { BASE_URL: undefined }).message).toContain('X-ClickUp-Key');
});
