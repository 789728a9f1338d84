import { createLogger, forPeople } from './logging.js';

const lines: string[] = [];
const to = { write: (line: string) => void lines.push(line) };
beforeEach(() => void lines.splice(0));

test('a line is a JSON object with the time in ISO 8601 and the level as a word', () => {
  createLogger({ LOG_LEVEL: 'info' }, to).warn({ field: 1 }, 'said');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    field: 1,
    msg: 'said',
  });
});

test('for people it is one line with time, level, message and fields', () => {
  createLogger({ LOG_LEVEL: 'info' }, forPeople(to, false)).info(
    { tool: 'get_task', wrote: ['task:1'], ms: 7 },
    'tool call',
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] INFO: tool call \{"tool":"get_task","wrote":\["task:1"\],"ms":7\}\n$/,
  );
});

test('an error for people is one line, too, and a secret in a message is still taken out', () => {
  createLogger({ LOG_LEVEL: 'info' }, forPeople(to, false)).error(
    { err: new Error('with pk_90_canary') },
    'Bearer canary',
  );
  expect(lines.join('').trimEnd().split('\n')).toHaveLength(1);
  expect(lines.join('')).toContain('[redacted]');
  expect(lines.join('')).not.toContain('canary');
});
