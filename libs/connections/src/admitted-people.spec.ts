import { type ClickUpClient } from '#libs/clickup';
import { loadConfig } from '#libs/core';
import { AdmittedPeople } from './admitted-people.js';
import { type Caller } from './caller.js';

test('who listens for writes hears of them where people are judged, too', () => {
  const listeners: unknown[] = [];
  const client = { whenWritten: (listener: unknown) => listeners.push(listener) } as unknown as ClickUpClient;
  const guarded = new AdmittedPeople(loadConfig({ ALLOWED_PEOPLE: 'acme.com' })).guard(
    client,
    { kind: 'client_credentials' } as Caller,
    () => client,
  );
  expect(guarded).not.toBe(client);
  const listener = () => undefined;
  guarded.whenWritten?.(listener);
  expect(listeners).toEqual([listener]);
});
