import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../../apps/cli/src/commands.js';
import { FRONT_STEPS } from '../../apps/cli/src/smoke/front-steps.js';
import { SESSION_STEPS } from '../../apps/cli/src/smoke/session-steps.js';

const textOf = (path: string) => readFileSync(join(fileURLToPath(new URL('../../', import.meta.url)), path), 'utf8');
const { flags, options = {} } = COMMANDS.smoke!;
const known = [...Object.keys(flags), ...Object.keys(options)].map((name) => `--${name}`);
/** Words that look like options, in code. */
const optionsIn = (text: string) => [...text.matchAll(/(?<=['`\s])--[a-z][a-z-]*/g)].map(([option]) => option);

describe.each([
  ['scripts/smoke-test.ps1', ['--base-url', '--redirect-uri', '--code', '--code-verifier']],
  ['scripts/dcr-smoke-test.ps1', ['--base-url', '--redirect-uri', '--dcr-only']],
])('%s', (path, wanted) => {
  const code = textOf(path)
    .split('\n')
    .filter((line) => !line.startsWith('#'));

  test('gives the options of the smoke test, and ends with its status (contract item 31)', () => {
    expect(code.filter((line) => line.includes('npm run --silent smoke'))).toHaveLength(1);
    const given = optionsIn(code.join('\n')).filter((option) => option !== '--silent');
    expect([...new Set(given)].sort()).toEqual([...wanted].sort());
    expect(known).toEqual(expect.arrayContaining(wanted));
    expect(code.join('\n')).toMatch(/\nexit \$LASTEXITCODE\n$/);
  });

  test('asks for what was not given', () => {
    const parameters = [...code.join('\n').matchAll(/^ {2}\[string\]\$(\w+),?$/gm)].map(([, name]) => name);
    expect(parameters).toContain('BaseUrl');
    for (const name of parameters) expect(code.join('\n')).toContain(`if (-not $${name}) { $${name} = Read-Host '`);
  });
});

test('docs/smoke.md names every step and every option, and no other', () => {
  const text = textOf('docs/smoke.md');
  const steps = [...FRONT_STEPS, ...SESSION_STEPS].map(({ what }) => what);
  const table = /\| step \|.*\n((?:\|.*\n)+)/.exec(text)![1]!;
  const named = [...table.matchAll(/^\| ([^|-][^|]*) \|/gm)].flatMap(([, names = '']) => names.split(', '));
  expect(named).toEqual(steps);
  expect([...new Set(optionsIn(text))].sort()).toEqual([...known].sort());
});
