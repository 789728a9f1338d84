import { Reachability } from './reachability.js';

let now = 0;
let lines: [level: string, fields: unknown, message: string][];
let told: Reachability;
beforeEach(() => {
  now = 1_000_000;
  lines = [];
  const at = (level: string) => (fields: unknown, message?: string) =>
    void lines.push([level, fields, (message ?? '').split(':')[0]!]);
  told = new Reachability({ info: at('info'), warn: at('warn') } as never, () => now);
});

test('an outage leaves one line at its beginning, one when requests are held back, and one at its end', () => {
  for (let time = 1; time <= 20; time += 1) {
    told.failed('ECONNREFUSED', time >= 5);
    now += 100;
  }
  told.succeeded();
  told.succeeded();
  expect(lines).toEqual([
    ['warn', { reason: 'ECONNREFUSED' }, 'ClickUp does not answer'],
    ['warn', { reason: 'ECONNREFUSED', failures: 5 }, 'ClickUp did not answer several times in a row'],
    ['info', { failures: 20, after_ms: 2000 }, 'ClickUp answers again'],
  ]);
});

test('failures between answers are told once a minute', () => {
  for (let time = 0; time < 100; time += 1) {
    told.failed('timeout', false);
    told.succeeded();
    now += 1000;
  }
  expect(lines.map(([level]) => level)).toEqual(['warn', 'info', 'warn', 'info']);
});
