import { readFileSync, writeFileSync } from 'node:fs';
import { CATALOGUE, type Proof } from './catalogue.js';
import { type Figure, held } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/** What a run of the harness has measured, and when. */
export interface Measured {
  /** `2026-11-29`. */
  at: string;
  /** Processes that were ready to run, on average (load average of five minutes), for each processor: above 1 they wait for each other. Unknown of the first runs. */
  busy?: number;
  figures: Figure[];
}

const [MEASURED_FILE, DOCUMENT] = ['test/faults/measured.json', 'docs/reliability.md'];
export const MEASURED = JSON.parse(readFileSync(MEASURED_FILE, 'utf8')) as Readonly<Record<string, Measured>>;

const [BEGIN, END] = ['<!-- faults: written by npm run faults -- --write -->', '<!-- end of faults -->'];

/** Remembers what was measured now beside what was measured before, and writes it down. */
export function record(now: Readonly<Record<string, Measured>>): void {
  const all = { ...MEASURED, ...now };
  writeFileSync(MEASURED_FILE, `${JSON.stringify(all, undefined, 2)}\n`);
  writeFileSync(DOCUMENT, withFaults(readFileSync(DOCUMENT, 'utf8'), all));
}

/** The text of docs/reliability.md with its part about faults written anew. */
export function withFaults(document: string, measured: Readonly<Record<string, Measured>>): string {
  const [before = '', rest = ''] = document.split(BEGIN);
  const [, after = ''] = rest.split(END);
  return `${before}${BEGIN}\n\n${faults()}\n\n${runs(measured)}\n\n${END}${after}`;
}

const faults = () =>
  table(
    ['#', 'fault', 'expected', 'target', 'proven by'],
    CATALOGUE.map(({ n, fault, expected, figure, proofs }) => [
      String(n),
      fault,
      expected,
      figure,
      [...new Set(proofs.map(inWords))].join('; '),
    ]),
  );

const runs = (measured: Readonly<Record<string, Measured>>) =>
  table(
    ['run', 'what happens', 'measured', 'on', 'ready processes per processor'],
    Object.entries(SCENARIOS).map(([name, { title }]) => {
      const { at, busy, figures }: Measured = measured[name] ?? { at: 'never', figures: [] };
      return [`\`${name}\``, title, figures.map(figureInWords).join('; ') || '–', at, String(busy ?? '–')];
    }),
  );

function inWords(proof: Proof): string {
  if ('scenario' in proof) return `run \`${proof.scenario}\``;
  if ('bench' in proof) return `\`npm run bench -- ${proof.bench}\``;
  if ('later' in proof) return `**not yet**, comes with: ${proof.later}`;
  if ('open' in proof) return `**not proven**: ${proof.open}`;
  return `\`${proof.spec.split('/').at(-1)}\``;
}

function figureInWords(figure: Figure): string {
  const { what, measured, unit, of, target } = figure;
  const goal = target ? ` (${target[0]} ${target[1]})` : '';
  return `${what} ${measured}${unit && ` ${unit}`}${goal}${of ? `: ${of}` : ''}${held(figure) ? '' : ' **missed**'}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
