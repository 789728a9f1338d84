// `npm test`: everything, one after the other, and a closing line with the true numbers.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RESULTS = join(tmpdir(), `clickup-mcp-test-${process.pid}.json`);
const STEPS = [
  ['build', 'npx', ['nest', 'build', 'gateway']],
  ['lint', 'npx', ['eslint', '.']],
  ['layout', 'npx', ['prettier', '--check', '.']],
  ['types', 'npx', ['tsc', '--noEmit']],
  ['laws, unit and e2e', 'npx', ['jest', '--ci', '--json', '--outputFile', RESULTS, ...process.argv.slice(2)]],
];

let [passed, failed, skipped] = [0, 0, 0];
for (const [name, command, args] of STEPS) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  const results = name.includes('e2e') ? read(RESULTS) : undefined;
  if (results) {
    passed += results.numPassedTests;
    // A suite that could not even load has no tests to count, but it has failed.
    failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
    skipped += results.numPendingTests + results.numTodoTests;
    if (status !== 0 && failed === 0) failed += 1;
  } else if (status === 0) passed += 1;
  else failed += 1;
  if (status !== 0 && name === 'build') break;
}
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed || passed <= STEPS.length ? 1 : 0);

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  } finally {
    rmSync(file, { force: true });
  }
}
