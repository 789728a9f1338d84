import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documented, filledIn } from '../support/documented.js';
import { describeIf } from '../support/needs.js';
import { Shell } from '../support/shell.js';

const OPERATIONS = 'docs/operations.md';

let shell: Shell;
beforeEach(() => {
  shell = new Shell();
  shell.standIn('docker', 'exit 0');
  shell.standIn('npm', 'exit 0');
});
afterEach(() => shell.remove());

/** Every file that a block has made, in the folder itself and in `etc`, with its mode. */
const files = () =>
  [shell.folder, join(shell.folder, 'etc')]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ path, mode: (statSync(path).mode & 0o777).toString(8), text: readFileSync(path, 'utf8') }));

describe.each([
  [OPERATIONS, 'Keys, once', '640'],
  ['docs/docker.md', 'Quick start', '600'],
  ['README.md', 'Docker', '600'],
  ['README.md', 'Run it for real', '600'],
])('the keys of %s, "%s"', (page, heading, mode) => {
  const run = async () => {
    const block = filledIn(documented(page, heading), { '/etc/clickup-mcp': join(shell.folder, 'etc') });
    expect(await shell.run(block)).toMatchObject({ status: 0, output: '' });
  };
  beforeEach(() => (page === OPERATIONS ? shell.make('etc') : undefined));

  test('are made once, however often the commands run, and for no other account to read', async () => {
    await run();
    const made = files();
    expect(made.map(({ text }) => text).join('\n')).toMatch(/\b[0-9a-f]{64}\b/);
    expect(made.filter((file) => file.mode !== mode)).toEqual([]);
    await run();
    expect(files()).toEqual(made);
  });
});

test.each([
  ['docs/docker.md', 'Quick start'],
  ['README.md', 'Docker'],
])('%s, "%s" leaves what .env has, and adds what it lacks', async (page, heading) => {
  const file = join(shell.folder, '.env');
  writeFileSync(file, 'MASTER_KEY=of-another-day-0123456789\nBASE_URL=https://here.example.com');
  await shell.run(documented(page, heading));
  const text = readFileSync(file, 'utf8');
  expect(text.match(/^\w+=/gm)).toEqual(['MASTER_KEY=', 'BASE_URL=', 'POSTGRES_PASSWORD=']);
  expect(text).toContain('MASTER_KEY=of-another-day-0123456789\n');
});

describeIf(spawnSync('systemd-analyze', ['--version']).status === 0, 'systemd-analyze (apt-get install systemd)')(
  'the unit for systemd',
  () => {
    const verify = async (unit: string) => {
      writeFileSync(join(shell.folder, 'clickup-mcp.service'), unit);
      return shell.run('systemd-analyze verify --man=no --recursive-errors=no ./clickup-mcp.service');
    };
    const unit = () => documented(OPERATIONS, 'systemd').replace('/usr/bin/node', process.execPath);

    test('is one', async () => expect(await verify(unit())).toEqual({ status: 0, output: '' }));

    test('a misspelt line would be found', async () =>
      expect((await verify(unit().replace('NoNewPrivileges', 'NoNewPrivilege'))).output).toContain('NoNewPrivilege'));
  },
);
