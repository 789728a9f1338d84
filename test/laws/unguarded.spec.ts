import { readFileSync } from 'node:fs';
import { sourcesUnder } from '../support/sources.js';

/**
 * Nothing catches an exception in a callback of the event loop: in a stream, a timer or a listener it ends the process for all callers.
 * Promises are the linter's matter (no-floating-promises, no-misused-promises); this is the rest. Each callback that Node
 * calls by itself has its row here with the reason why nothing can escape from it. A new one: make it so first.
 */
const CALLED_BY_NODE: Readonly<Record<string, readonly string[]>> = {
  'apps/gateway/src/bodies.ts': ['reads bytes, and calls back as the parser of Fastify does, which throws nothing'],
  'apps/gateway/src/ending.ts': ['the last resort itself', 'process.exit, when the log is written'],
  'apps/gateway/src/lifecycle.ts': ['counts, and resolves a promise', 'resolves a promise'],
  'apps/gateway/src/log-output.ts': [
    'writes what fits, and catches what the system refuses',
    'process.exit, by way of Ending',
    'hands bytes to the system, which answers in a callback',
  ],
  'apps/gateway/src/pace.ts': ['assigns', 'what begins is a request, as Node itself would begin it'],
  'apps/gateway/src/request-log.ts': ['writes a line, and a logger that cannot write throws nothing'],
  'apps/gateway/src/upgrades.ts': ['begins a request, as Node itself would', 'destroys a socket'],
  'apps/gateway/src/serve.ts': ['process.exit, later Ending.bySignal, whose promise has both its ends'],
  'apps/gateway/src/reaper/reaper.service.ts': ['every step is attempted, and what fails is logged'],
  'apps/gateway/src/budget/budget-recovery.service.ts': ['guarded by the service that calls it'],
  'apps/gateway/src/database/connect.ts': ['does nothing'],
  'apps/gateway/src/database/probe.service.ts': ['drops a connection'],
  'apps/gateway/src/database/watched-client.ts': ['forgets a client', 'destroys a socket', 'destroys sockets'],
  'apps/gateway/src/database/embedded/embedded.ts': ['starts a loop that catches all its steps', 'does nothing'],
  'apps/gateway/src/database/embedded/server.ts': ['does nothing'],
  'apps/gateway/src/audit/audit-keeper.service.ts': ['caught as a whole, and logged'],
  'apps/gateway/src/audit/push/audit-pusher.service.ts': ['starts a promise that has both its ends'],
  'libs/audit/src/trail/trail.ts': ['starts promises that have both their ends'],
  'libs/audit/src/sparingly.ts': ['counts, and writes a line as above'],
  'libs/auth/src/oauth/provider-request.ts': ['assigns'],
  'libs/auth/src/consent/code-limits.ts': ['leaves a lane and rejects a promise'],
  'libs/billing/src/subscribed-tiers.ts': ['our own set of caches, which the service guards'],
  'libs/billing/src/subscription-checks.service.ts': ['starts a promise that is caught'],
  'libs/clickup/src/directory/cache.ts': ['rejects a promise that is raced'],
  'libs/clickup/src/sending/bulkheads/large-answers.ts': [
    'every step is attempted, and settles a promise',
    'the same step again',
  ],
  'libs/clickup/src/sending/bulkheads/waiter.ts': ['leaves a queue and settles a promise'],
  'libs/clickup/src/sending/flight.ts': ['rejects a promise', 'rejects a promise'],
  'libs/clickup/src/turns.ts': ['resolves a promise'],
  'libs/clickup/src/sending/exchange.ts': ['settles a promise, and aborts what undici guards', 'the same'],
  'libs/clickup/src/sending/outcomes/creations.ts': ['resolves a promise'],
  'libs/connections/src/grants.service.ts': ['our own set of caches, which the service guards'],
  'libs/connections/src/invalidations.service.ts': [
    'resolves a promise',
    'does nothing',
    'guarded',
    'resolves a promise',
    'every promise in it is caught',
    'destroys a socket',
  ],
  'libs/connections/src/kill-switches/kill-switches.service.ts': ['our own set of caches, which the service guards'],
  'libs/connections/src/workspace-policies/workspace-policies.service.ts': [
    'our own set of caches, which the service guards',
  ],
  'libs/jobs/src/queue.ts': ['writes a line'],
  'libs/limits/src/clock.ts': ['passes through to the pump of a queue, which settles promises'],
  'libs/limits/src/upstream/token-budget.ts': ['leaves a queue and rejects a promise'],
  'libs/tools/src/docs/search-docs.ts': ['awaited as a promise'],
  'libs/tools/src/find/match.ts': ['awaited as a promise'],
  'libs/mcp/src/jobs/job-worker.ts': ['sets times to an earlier one', 'starts a chain of promises that is caught'],
  'libs/mcp/src/request-keys/endings.ts': ['resolves a promise'],
  'libs/mcp/src/sse/sse-stream.ts': [
    'does nothing',
    'frees what the stream held, and starts a promise that is caught',
    'destroys a socket',
  ],
  'libs/mcp/src/streams/open-streams.ts': [
    'our own set of caches, which the service guards',
    'calls the beat of each stream, which must not throw',
    'calls the end of a stream, which must not throw',
  ],
  'libs/mcp/src/streams/stream-messages.ts': ['resolves a promise'],
  'libs/mcp/src/websocket/half-open.ts': [
    'closes a socket, by what the library and Node have for it',
    'sends a frame, which tells its failure to a callback',
    'stops a timer',
  ],
  'libs/mcp/src/websocket/socket-session.ts': [
    'begins what is awaited as a promise that is caught; messages are read as bodies are',
    'forgets the socket',
    'closes the socket',
    'compares numbers, and closes the socket',
  ],
  'libs/mcp/src/websocket/web-sockets.ts': ['names headers', 'tells the two listeners above that count and log'],
  'libs/mcp/src/http/event-stream.ts': ['adds to a list, and has Fastify send it, which guards its streams'],
  'libs/mcp/src/http/mcp.controller.ts': [
    'aborts: the listeners of that signal are the three above',
    'starts a promise that is caught (RequestKeys.close)',
  ],
};

const code = new Map(
  sourcesUnder('libs', 'apps/gateway/src').map((file) => [
    file,
    readFileSync(file, 'utf8').replace(/^\s*(?:\/?\*|\/\/).*$/gm, ''),
  ]),
);
const times = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

test('the sources were found', () => {
  expect(code.size).toBeGreaterThan(200);
});

test('every callback that Node calls has a row that says why no exception can escape', () => {
  const callbacks =
    /(?<![.\w])(?:setTimeout|setInterval|setImmediate|queueMicrotask)\(|process\.nextTick\(|(?<!AppModule)\.(?:on|once|addListener|prependListener|addEventListener|subscribe)\(|@(?:Cron|Interval|Timeout)\(/g;
  const found = Object.fromEntries(
    [...code].map(([file, text]) => [file, times(text, callbacks)] as const).filter(([, count]) => count),
  );
  expect(found).toEqual(
    Object.fromEntries(Object.entries(CALLED_BY_NODE).map(([file, reasons]) => [file, reasons.length])),
  );
});

test('no handler of the process is taken away: while another takes its place, a signal is lost, or ends the process at once', () => {
  expect([...code].filter(([, text]) => /process\.(?:off|removeListener|removeAllListeners)\(/.test(text))).toEqual([]);
});

test('no stream is made or piped, because nobody would handle its errors (node:stream/promises has pipeline)', () => {
  // What is piped into `z` is a schema.
  const streams =
    /\.pipe\((?!\s*z\b)|new (?:Transform|Readable|Writable|Duplex|PassThrough|TransformStream|ReadableStream|WritableStream)\b|\.(?:pipeTo|pipeThrough)\(/g;
  expect([...code].filter(([, text]) => times(text, streams)).map(([file]) => file)).toEqual([]);
});

test('every connection of our own has a listener for its errors', () => {
  // One that is only taken apart for what its string says never connects.
  for (const [file, text] of code)
    if (text.includes("from 'pg'"))
      expect([file, times(text, /(?<!\} = )\bnew (?:pg\.)?(?:Client|Pool)\(/g)]).toEqual([
        file,
        times(text, /\.on\('error', /g),
      ]);
});

test('no message of the SDK is parsed out of text', () => {
  const framed = /\.split\('\\n\\n'\)|\^data:|text\/event-stream['"]\)\.split/;
  expect(
    [...code].filter(([file, text]) => file.startsWith('libs/mcp') && framed.test(text)).map(([file]) => file),
  ).toEqual([]);
});

test('a folder is made by makeFolder, because Node itself tries for ever where none can be made', () => {
  const recursive = [...code].filter(([, text]) => /\bmkdir(?:Sync)?\([^;]*recursive/.test(text));
  expect(recursive.map(([file]) => file)).toEqual([]);
});
