import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** The process's metrics. Labels have closed sets of values: a tool's name, an outcome; never a person or an object. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

export const toolCalls = new Counter({
  name: 'mcp_tool_calls_total',
  help: 'Tool calls by tool and outcome',
  labelNames: ['tool', 'outcome'] as const,
  registers: [registry],
});
export const toolSeconds = new Histogram({
  name: 'mcp_tool_call_seconds',
  help: 'Duration of tool calls in seconds',
  labelNames: ['tool'] as const,
  buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  registers: [registry],
});
export const upstreamRequests = new Counter({
  name: 'clickup_requests_total',
  help: 'Requests sent to ClickUp by tool, retries included',
  labelNames: ['tool'] as const,
  registers: [registry],
});
export const upstreamRetries = new Counter({
  name: 'clickup_retries_total',
  help: 'Repeated requests to ClickUp by tool',
  labelNames: ['tool'] as const,
  registers: [registry],
});
/** Random nonces keep AES-GCM safe for 2^32 wrappings under one key (NIST SP 800-38D, 8.3): alarm at a tenth of that. */
export const vaultSeals = new Counter({
  name: 'vault_seals_total',
  help: 'Values sealed or rewrapped under the master key',
  registers: [registry],
});
export const scopeViolations = new Counter({
  name: 'mcp_scope_violations_total',
  help: 'Writes whose target had moved out of scope between check and write, by tool',
  labelNames: ['tool'] as const,
  registers: [registry],
});
export const streamMessagesDropped = new Counter({
  name: 'mcp_stream_messages_dropped_total',
  help: 'Messages that were for a stream which had been closed, or whose client did not read',
  registers: [registry],
});
export const logLinesDropped = new Counter({
  name: 'log_lines_dropped_total',
  help: 'Lines of the log that were dropped because nobody read them, or the disk was full',
  registers: [registry],
});
