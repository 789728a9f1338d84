import { type Profiler } from 'node:inspector';
import { inTurn, load } from './load.js';
import { withServers } from './overhead.js';

const CONNECTIONS = 32;
/** Lines of the second table. */
const FUNCTIONS = 40;

/** Where the gateway's CPU time goes, by module and by function, in microseconds of a call: one profile per case of `overhead`. */
export function profile(): Promise<boolean> {
  return withServers(async (cases) => {
    for (const [{ name, bodies, headers, requests }, { gateway }] of cases) {
      await load(gateway.url, requests, CONNECTIONS, headers, inTurn(bodies)); // warms up
      const calls = requests * 2;
      await gateway.ask('profile');
      await load(gateway.url, calls, CONNECTIONS, headers, inTurn(bodies));
      const selfTimes = selfTimesOf(await gateway.ask<Profiler.Profile>('profiled'));
      console.log(`\n${name}: CPU µs per call`);
      for (const [of, most] of [
        [moduleOf, 60],
        [functionOf, FUNCTIONS],
      ] as const)
        console.table(summed(selfTimes, of, calls, most));
    }
    return true;
  });
}

type CallFrame = Profiler.ProfileNode['callFrame'];

function selfTimesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): [CallFrame, number][] {
  const micros = new Map<number, number>();
  samples.forEach((id, index) => micros.set(id, (micros.get(id) ?? 0) + (timeDeltas[index] ?? 0)));
  return nodes.map(({ id, callFrame }) => [callFrame, micros.get(id) ?? 0]);
}

function summed(selfTimes: [CallFrame, number][], nameOf: (frame: CallFrame) => string, calls: number, most: number) {
  const sums = new Map<string, number>();
  for (const [frame, micros] of selfTimes) {
    const name = nameOf(frame);
    if (name !== '(idle)') sums.set(name, (sums.get(name) ?? 0) + micros / calls);
  }
  const sorted = [...sums].sort(([, a], [, b]) => b - a);
  const all = sorted.reduce((sum, [, micros]) => sum + micros, 0);
  return Object.fromEntries(
    [['all', all] as const, ...sorted.slice(0, most)].map(([name, micros]) => [name, Number(micros.toFixed(1))]),
  );
}

/** Files of our own, packages, parts of Node, and what V8 does by itself. */
function moduleOf({ url, functionName }: CallFrame): string {
  if (url === '') return functionName;
  if (url.startsWith('node:')) return url;
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return name ?? url.replace(/^.*\/dist\//, '');
}

const functionOf = (frame: CallFrame): string =>
  `${moduleOf(frame)}${frame.url ? ` ${frame.functionName || '(anonymous)'}:${frame.lineNumber + 1}` : ''}`;
