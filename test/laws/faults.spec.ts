import { existsSync, readFileSync } from 'node:fs';
import { CATALOGUE, type Proof } from '../faults/catalogue.js';
import { MEASURED, withFaults } from '../faults/document.js';
import { SCENARIOS } from '../faults/scenarios/index.js';

const FAULTS = 56;
const proofs = CATALOGUE.flatMap(({ n, proofs }) => proofs.map((proof) => [n, proof] as const));
const of = <Key extends string>(key: Key) =>
  proofs.flatMap(([n, proof]) => (key in proof ? [[n, proof as Extract<Proof, Record<Key, string>>] as const] : []));

test(`each of the ${FAULTS} faults has its row, and each row says where it is proven, or what is missing`, () => {
  expect(CATALOGUE.map(({ n }) => n)).toEqual(Array.from({ length: FAULTS }, (_, index) => index + 1));
  expect(CATALOGUE.filter(({ proofs }) => proofs.length === 0)).toEqual([]);
});

test('every test that a row names is there', () => {
  const missing = of('spec').filter(([, { spec, title }]) => {
    if (title === '' || !existsSync(spec)) return true;
    const source = readFileSync(spec, 'utf8');
    // A title begins behind its quote.
    return !["'", '"', '`'].some((quote) => source.includes(quote + title));
  });
  expect(missing).toEqual([]);
});

test('every run of the harness proves a fault, and every run that a row names is there', () => {
  expect([...new Set(of('scenario').map(([, { scenario }]) => scenario))].sort()).toEqual(
    Object.keys(SCENARIOS).sort(),
  );
});

test('every benchmark that a row names is there', () => {
  const main = readFileSync('bench/main.ts', 'utf8');
  expect(of('bench').filter(([, { bench }]) => !main.includes(`\n  ${bench},\n`))).toEqual([]);
});

test('docs/reliability.md says what was measured (npm run faults -- --write)', () => {
  const written = readFileSync('docs/reliability.md', 'utf8');
  expect(withFaults(written, MEASURED)).toBe(written);
});
