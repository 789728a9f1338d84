import { recordCall, registry } from './index.js';

const value = async (metric: string, labels: Record<string, string>) => {
  const found = (await registry.getSingleMetric(metric)?.get())?.values.find((entry) =>
    Object.entries(labels).every(([key, wanted]) => entry.labels[key as never] === wanted),
  );
  return found?.value;
};

test('a call is counted by tool and outcome, with its upstream requests and retries', async () => {
  recordCall({ tool: 'spec_tool', caller: 'canary-caller', outcome: 'success', ms: 12, requests: 3, retries: 1 });
  recordCall({
    tool: 'spec_tool',
    caller: 'canary-caller',
    outcome: 'clickup_rate_limit',
    ms: 5,
    requests: 0,
    retries: 0,
  });

  expect(await value('mcp_tool_calls_total', { tool: 'spec_tool', outcome: 'success' })).toBe(1);
  expect(await value('mcp_tool_calls_total', { tool: 'spec_tool', outcome: 'clickup_rate_limit' })).toBe(1);
  expect(await value('clickup_requests_total', { tool: 'spec_tool' })).toBe(3);
  expect(await value('clickup_retries_total', { tool: 'spec_tool' })).toBe(1);
});

test('a write that raced with a move is counted', async () => {
  recordCall({
    tool: 'raced_tool',
    caller: 'x',
    outcome: 'success',
    ms: 1,
    requests: 1,
    retries: 0,
    scopeViolations: 1,
  });
  expect(await value('mcp_scope_violations_total', { tool: 'raced_tool' })).toBe(1);
  expect(await value('mcp_scope_violations_total', { tool: 'spec_tool' })).toBeUndefined();
});

test('no metric carries who called', async () => {
  recordCall({ tool: 'spec_tool', caller: 'canary-caller', outcome: 'success', ms: 1, requests: 1, retries: 0 });
  expect(await registry.metrics()).not.toContain('canary-caller');
});
