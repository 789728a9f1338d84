import fc from 'fast-check';
import { ConfirmationTokens } from './confirmation-tokens.js';

const tokens = new ConfirmationTokens(Buffer.alloc(32, 7));
const confirmed = {
  carrier: 'confirm_token' as const,
  tool: 'delete_task',
  caller: 'alice',
  policy: 'p1',
  arguments: { task_id: 'abc', force: true },
  state: '1700000000000',
};
const NOW = 1_700_000_000_000;
const issue = () => tokens.issue(confirmed, NOW).token;

test('a token confirms exactly the call it was given for', () => {
  expect(tokens.check(issue(), confirmed, NOW + 1000)).toBe(true);
  expect(tokens.check(issue(), { ...confirmed, arguments: { force: true, task_id: 'abc' } }, NOW)).toBe(true);
});

test('a changed state asks for a new preview', () => {
  expect(tokens.check(issue(), { ...confirmed, state: '1700000000001' }, NOW)).toBe(false);
});

test.each([
  ['another carrier', { carrier: 'requestState' as const }],
  ['another tool', { tool: 'bulk_create_tasks' }],
  ['other rights', { policy: 'p2' }],
  ['another caller', { caller: 'bob' }],
  ['other arguments', { arguments: { task_id: 'xyz', force: true } }],
  ['further arguments', { arguments: { ...confirmed.arguments, more: 1 } }],
])('%s is refused', (_, change) => {
  expect(() => tokens.check(issue(), { ...confirmed, ...change }, NOW)).toThrow(
    expect.objectContaining({ code: 'invalid_parameters' }),
  );
});

test('it expires after five minutes', () => {
  expect(tokens.check(issue(), confirmed, NOW + 299_999)).toBe(true);
  expect(() => tokens.check(issue(), confirmed, NOW + 300_000)).toThrow(/expired/);
});

test('no changed character and no other key opens it', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...'ABCxyz019-_'), (position, character) => {
      const token = issue();
      const at = position % token.length;
      fc.pre(token[at] !== character);
      expect(() => tokens.check(token.slice(0, at) + character + token.slice(at + 1), confirmed, NOW)).toThrow();
    }),
  );
  expect(() => new ConfirmationTokens(Buffer.alloc(32, 8)).check(issue(), confirmed, NOW)).toThrow();
});

test('two tokens for one call differ, so that each can be used up', () => {
  expect(issue()).not.toBe(issue());
});
