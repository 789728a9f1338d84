import { availableParallelism, loadavg } from 'node:os';
import { type Measured, record } from '../faults/document.js';
import { held, rounded } from '../faults/scenario.js';
import { SCENARIOS } from '../faults/scenarios/index.js';

/*
 * The fault harness. `npm test` runs the short scenarios; `npm run faults` all of them, and FAULTS_ONLY those that it names.
 * What must never be fails the test; a figure that misses its target fails `npm run faults` only, where a machine is not shared.
 */
const { FAULTS_ONLY, FAULTS_SCENARIOS, FAULTS_WRITE } = process.env;
const wanted = FAULTS_ONLY?.split(',');
const chosen = Object.entries(SCENARIOS).filter(([name, { short }]) =>
  wanted ? wanted.includes(name) : FAULTS_SCENARIOS === 'all' || short,
);

const measured: Record<string, Measured> = {};
afterAll(() => {
  if (FAULTS_WRITE) record(measured);
});

jest.setTimeout(300_000);

test.each(chosen.map(([name, { title }]) => [name, title]))('%s: %s', async (name) => {
  const scenario = SCENARIOS[name]!;
  const missing = scenario.missing?.();
  if (missing !== undefined) return console.info(`${name}: not run, ${missing}`);
  const { figures, wrong } = await scenario.run();
  const busy = rounded(loadavg()[1]! / availableParallelism());
  measured[name] = { at: new Date().toISOString().slice(0, 10), busy, figures };
  const lines = figures.map(
    (figure) =>
      `  ${figure.what}: ${figure.measured} ${figure.unit} ${figure.of ?? ''} ${figure.target?.join(' ') ?? ''}${held(figure) ? '' : ' MISSED'}`,
  );
  console.info(`${name}\n${lines.join('\n')}`);
  expect(wrong.slice(0, 20)).toEqual([]);
  if (FAULTS_SCENARIOS === 'all' || wanted) expect(figures.filter((figure) => !held(figure))).toEqual([]);
});
