import { type Answer, type Ask, type Limits, type PersonRequest, REQUESTS } from '../test/support/requests.js';
import { BenchGateway } from './bench-gateway.js';
import { cost } from './tokens.js';

const TASKS = 10_000;
const LATENCY_MS = 200;

/** What one request of a person cost. */
type Cost = Required<Limits>;

const within = (found: Cost, limits: Limits): boolean =>
  (Object.keys(limits) as (keyof Cost)[]).every((key) => found[key] <= (limits[key] ?? Infinity));

/**
 * What the requests of people cost (`test/support/requests.ts`) on 10,000 tasks at 200 ms per upstream request. Identity, Workspace and
 * time zone are read before and not counted.
 * @returns whether every request holds; that its answers are true is proven by `test/e2e/requests.e2e-spec.ts`
 */
export async function intents(): Promise<boolean> {
  const gateway = await BenchGateway.start({ SANDBOX_TASKS: String(TASKS), SANDBOX_LATENCY_MS: String(LATENCY_MS) });
  try {
    await gateway.call('find_objects', { kind: 'person', text: 'Anna' });
    const results = [];
    for (const row of REQUESTS) results.push({ row, ...(await measure(gateway, row)) });
    console.log(`${TASKS} tasks, ${LATENCY_MS} ms per upstream request; targets in brackets`);
    console.table(
      Object.fromEntries(
        results.map(({ row, found, limits, held }) => [
          row.request,
          {
            'tool calls': against(found.calls, limits.calls),
            upstream: against(found.upstream, limits.upstream),
            tokens: against(found.tokens, limits.tokens),
            seconds: (found.ms / 1000).toFixed(1),
            holds: held ? 'yes' : 'NO',
          },
        ]),
      ),
    );
    return results.every(({ held }) => held);
  } finally {
    await gateway.stop();
  }
}

const against = (found: number, limit: number | undefined) =>
  limit === undefined ? String(found) : `${found} (≤ ${limit})`;

async function measure(
  gateway: BenchGateway,
  { before, work, limits: limitsOf }: PersonRequest,
): Promise<{ found: Cost; limits: Limits; held: boolean }> {
  const answers: Answer[] = [];
  const ask: Ask = async (tool, args = {}) => {
    const answer = await gateway.call(tool, args);
    answers.push(answer);
    return answer;
  };
  await before?.((tool, args = {}) => gateway.call(tool, args));
  const [requests, started] = [await gateway.upstreamRequests(), performance.now()];
  await work(ask);
  const ms = performance.now() - started;
  const found = {
    calls: answers.length,
    upstream: (await gateway.upstreamRequests()) - requests,
    tokens: answers.map(cost).reduce((sum, each) => sum + each, 0),
    ms,
  };
  const limits = limitsOf(answers);
  return { found, limits, held: within(found, limits) };
}
