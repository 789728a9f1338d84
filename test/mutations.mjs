// `node test/mutations.mjs`: takes one part of the permissions out at a time and expects the tests to notice; `node test/mutations.mjs
// word` only those whose name holds the word. Works on copies of the files and puts them back, also when it is interrupted; run it on a
// clean tree. About half a minute for each mutation.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { however, MUTATIONS } from './support/mutations.mjs';

const only = process.argv[2];
let survived = 0;
// What is put back at exit is put back at these too.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
for (const [what, file, from, to, specs] of MUTATIONS.filter(([name]) => !only || name.includes(only))) {
  const original = readFileSync(file, 'utf8');
  const found = [...original.matchAll(however(from))];
  if (found.length !== 1) throw new Error(`${what}: ${file} does not hold this exactly once: ${from}`);
  const restore = () => writeFileSync(file, original);
  process.once('exit', restore);
  writeFileSync(
    file,
    original.replace(however(from), () => to),
  );
  const { stdout } = spawnSync('npx', ['jest', '--ci', '--silent', '--json', ...specs], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, FC_SEED: '1' },
  });
  restore();
  process.removeListener('exit', restore);
  // The signals that came while the tests ran.
  await new Promise(setImmediate);
  const {
    numFailedTests = 0,
    numRuntimeErrorTestSuites = 0,
    testResults = [],
  } = JSON.parse(stdout.slice(stdout.indexOf('{"')) || '{}');
  const red = testResults.filter(({ status }) => status === 'failed').length;
  // A suite that does not even load proves nothing, and each of the named specs has to notice.
  const caught = numFailedTests > 0 && numRuntimeErrorTestSuites === 0 && red === specs.length;
  if (!caught) survived += 1;
  console.log(
    `${caught ? 'noticed ' : 'SURVIVED'}  ${what}: ${numFailedTests} tests red in ${red} of ${specs.length} specs`,
  );
}
console.log(survived ? `${survived} survived` : 'all noticed');
process.exitCode = survived ? 1 : 0;
