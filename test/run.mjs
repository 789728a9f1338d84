// `npm test`: everything, and a closing line with the true numbers.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RESULTS = join(tmpdir(), `clickup-mcp-test-${process.pid}.json`);

/** Lanes go side by side, the steps of a lane one after the other: each step keeps one core busy, and lint takes as long as the rest. */
const CHECKS = [
  [['lint', 'npx', ['eslint', '.']]],
  [
    ['build', 'npm', ['run', '--silent', 'build']],
    ['types', 'npx', ['tsc', '--noEmit']],
    ['layout', 'npx', ['prettier', '--check', '.']],
    ['unused', 'npx', ['knip', '--no-progress']],
  ],
];
/** Alone, because it uses both cores. */
const TESTS = ['jest', '--ci', '--json', '--outputFile', RESULTS, ...process.argv.slice(2)];

let [passed, failed, skipped] = [0, 0, 0];

const checked = new Map((await Promise.all(CHECKS.map(lane))).flat());
for (const good of checked.values()) good ? (passed += 1) : (failed += 1);

// End-to-end tests start the built program.
if (checked.get('build')) {
  console.log('\n== laws, unit and e2e');
  const { good } = await run('npx', TESTS, 'inherit');
  const results = read(RESULTS);
  // A suite that could not even load has no tests to count, but it has failed.
  const broken = results ? results.numFailedTests + results.numRuntimeErrorTestSuites : 0;
  failed += good ? broken : Math.max(broken, 1);
  passed += results?.numPassedTests ?? 0;
  skipped += results ? results.numPendingTests + results.numTodoTests : 0;
}
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed || passed <= checked.size ? 1 : 0);

/** The steps' names and whether they passed; what a step printed is shown when it has ended, so that lanes do not mix. */
async function lane(steps) {
  const ended = [];
  for (const [name, command, args] of steps) {
    const { good, output } = await run(command, args, 'pipe');
    console.log(`\n== ${name}\n${output.trimEnd()}`);
    ended.push([name, good]);
  }
  return ended;
}

function run(command, args, output) {
  const child = spawn(command, args, {
    stdio: ['inherit', output, output],
    shell: process.platform === 'win32',
  });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (good) => resolve({ good, output: Buffer.concat(chunks).toString() });
    child.on('error', () => end(false)).on('close', (status) => end(status === 0));
  });
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  } finally {
    rmSync(file, { force: true });
  }
}
