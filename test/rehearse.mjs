// `npm run rehearse [-- --from <git ref>] [--write]`: docker/kubernetes as processes, rolled from the version before to this one under load. The version
// before is this build under another name, or what --from names, built in a folder of its own; --write puts the figures into docs/reliability.md.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { from: { type: 'string' }, write: { type: 'boolean' } } });
const folder = values.from === undefined ? undefined : mkdtempSync(join(tmpdir(), 'clickup-mcp-previous-'));
let status = 1;
try {
  if (folder) build(values.from, folder);
  status = run(
    process.execPath,
    ['test/faults.mjs', '--only', 'rehearsal-single,rehearsal-ha', ...(values.write ? ['--write'] : [])],
    {
      env: { ...process.env, ...(folder && { REHEARSE_PREVIOUS: folder }) },
    },
  );
} finally {
  if (folder) rmSync(folder, { recursive: true, force: true });
}
process.exit(status);

/** The modules are those of here where the lock file is the same; else its own are installed. */
function build(ref, into) {
  const archive = spawnSync('git', ['archive', '--format=tar', ref], {
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (archive.status !== 0) process.exit(2);
  must('tar', ['-x', '-C', into], { input: archive.stdout });
  const lock = (root) => readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (lock(into) === lock('.')) symlinkSync(resolve('node_modules'), join(into, 'node_modules'));
  else must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: into });
  must('npm', ['run', '--silent', 'build'], { cwd: into });
}

function run(command, args, options) {
  const stdio = [options.input ? 'pipe' : 'ignore', 'inherit', 'inherit'];
  return spawnSync(command, args, { stdio, ...options }).status ?? 1;
}

function must(command, args, options) {
  if (run(command, args, options) !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}
