import { pino } from 'pino';
import { type CallRecord, recordCall, registry } from './index.js';

const value = async (metric: string, labels: Record<string, string>) => {
  const found = (await registry.getSingleMetric(metric)?.get())?.values.find((entry) =>
    Object.entries(labels).every(([key, wanted]) => entry.labels[key as never] === wanted),
  );
  return found?.value;
};
const COST = { requests: 0, retries: 0, upstreamMs: 0, waitedMs: 0 };

/** The line that a call leaves. */
function recorded(record: Partial<CallRecord>): Record<string, unknown> {
  const lines: string[] = [];
  recordCall(
    pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) }),
    {
      tool: 'spec_tool',
      outcome: 'ok',
      by: { grant: 'canary-caller', kind: 'session' },
      ms: 12,
      ...record,
    },
    { trail: undefined },
  );
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

test('a call is counted by tool and outcome, with its upstream requests and retries', async () => {
  recorded({ upstream: { ...COST, requests: 3, retries: 1 } });
  recorded({ outcome: 'clickup_rate_limit' });

  expect(await value('mcp_tool_calls_total', { tool: 'spec_tool', outcome: 'ok' })).toBe(1);
  expect(await value('mcp_tool_calls_total', { tool: 'spec_tool', outcome: 'clickup_rate_limit' })).toBe(1);
  expect(await value('clickup_requests_total', { tool: 'spec_tool' })).toBe(3);
  expect(await value('clickup_retries_total', { tool: 'spec_tool' })).toBe(1);
});

test('a write that raced with a move is counted', async () => {
  recorded({ tool: 'raced_tool', upstream: { ...COST, scopeViolations: 1 } });
  expect(await value('mcp_scope_violations_total', { tool: 'raced_tool' })).toBe(1);
  expect(await value('mcp_scope_violations_total', { tool: 'spec_tool' })).toBeUndefined();
});

test('no metric carries who called', async () => {
  recorded({});
  expect(await registry.metrics()).not.toContain('canary-caller');
});

test('a call leaves one line that says what, by whom, to what end, and where the time went', () => {
  const by = {
    reqId: 'r1',
    grant: 'g1',
    kind: 'session',
    person: 'p1',
    workspace: '12345',
    client: 'claude-ai',
    client_version: '1.2',
  };
  expect(
    recorded({
      tool: 'call_write_operation',
      as: 'confirm_change',
      operation: 'DeleteTask',
      outcome: 'unknown_outcome',
      reason: 'ClickUp 503',
      by,
      ms: 1234.5,
      upstream: {
        requests: 3,
        retries: 1,
        upstreamMs: 400.4,
        waitedMs: 800.6,
        pausedMs: 20.2,
        doubtful: new Set(['task:86a']),
      },
    }),
  ).toEqual({
    level: 30,
    ...by,
    tool: 'call_write_operation',
    as: 'confirm_change',
    operation: 'DeleteTask',
    outcome: 'unknown_outcome',
    reason: 'ClickUp 503',
    doubtful: ['task:86a'],
    requests: 3,
    retries: 1,
    upstream_ms: 400,
    queue_ms: 801,
    paused_ms: 20,
    ms: 1235,
    msg: 'tool call',
  });
});

test('ten objects that were written are named, more are counted', () => {
  const ids = (count: number) => new Set(Array.from({ length: count }, (_, index) => `task:${index}`));
  const few = recorded({ upstream: { ...COST, wrote: ids(10), created: new Set(['task:new']) } });
  expect(few).toMatchObject({ wrote: [...ids(10)], created: ['task:new'] });
  expect(few).not.toHaveProperty('wrote_count');
  expect(recorded({ upstream: { ...COST, wrote: ids(11) } })).toMatchObject({ wrote: [...ids(10)], wrote_count: 11 });
});
