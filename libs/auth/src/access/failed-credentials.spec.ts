import { type AppError } from '#libs/core';
import { InboundWindows } from '#libs/limits';
import { FailedCredentials, FAILURES } from './failed-credentials.js';

const HERE = '192.0.2.7';
function failures() {
  const clock = { time: 1_000_000, now: () => clock.time };
  const failed = new FailedCredentials(new InboundWindows(clock));
  /** What a request with a credential that is not live is answered, and whether the database was asked. */
  const send = (token: string, { id = 'grant', address = HERE } = {}): [code: string, asked: boolean] => {
    try {
      failed.check(address, id, token);
    } catch (error) {
      return [(error as AppError).code, false];
    }
    return [failed.note(address, id, token).code, true];
  };
  return { clock, failed, send };
}
const UNKNOWN = ['invalid_token', true];

test('different secrets for one grant: after the limit nobody asks the database, until they have left the window', () => {
  const { clock, send } = failures();
  for (let guess = 0; guess < FAILURES.secrets.limit; guess += 1) expect(send(`guess-${guess}`)).toEqual(UNKNOWN);
  for (let guess = 0; guess < 1000; guess += 1) expect(send(`more-${guess}`)).toEqual(['rate_limited', false]);
  clock.time += 64_000;
  expect(send('later')).toEqual(UNKNOWN);
});

test('the limit is one of the network and the grant: neighbours with others, and the grant elsewhere, are as before', () => {
  const { send } = failures();
  for (let guess = 0; guess < 100; guess += 1) send(`guess-${guess}`);
  expect(send('another', { address: '192.0.2.200' })).toEqual(['rate_limited', false]);
  expect(send('another', { address: '192.0.3.7' })).toEqual(UNKNOWN);
  expect(send('another', { id: 'neighbour' })).toEqual(UNKNOWN);
});

test('many requests with one token that has ended are one failure: the next token of the grant is looked up', () => {
  const { failed, send } = failures();
  expect(send('ended')).toEqual(UNKNOWN);
  for (let again = 0; again < 200; again += 1) expect(send('ended')).toEqual(['invalid_token', false]);
  expect(() => failed.check(HERE, 'grant', 'refreshed')).not.toThrow();
  for (let again = 0; again < 200; again += 1) send('ended');
  expect(send('ended')).toEqual(['rate_limited', false]);
  expect(() => failed.check(HERE, 'grant', 'refreshed')).not.toThrow();
});

test('what names no grant is counted per network', () => {
  const { failed } = failures();
  const codes = Array.from(
    { length: FAILURES.shapeless.limit + 1 },
    (_, guess) => failed.note(HERE, undefined, `guess-${guess}`).code,
  );
  expect(codes.indexOf('rate_limited')).toBe(FAILURES.shapeless.limit);
  expect(failed.note('192.0.3.7', undefined, 'guess').code).toBe('invalid_token');
});
