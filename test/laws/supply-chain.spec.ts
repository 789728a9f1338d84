import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { shipped } from '../../apps/cli/src/licences.js';

interface Locked {
  version: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  optional?: boolean;
}

const LOCKFILE = readFileSync('package-lock.json', 'utf8');
const { packages } = JSON.parse(LOCKFILE) as { packages: Record<string, Locked> };
const locked = Object.entries(packages).filter(([path]) => path !== '');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
  engines: { node: string };
  mcpName: string;
  repository: { url: string };
  publishConfig: object;
} & Record<'dependencies' | 'optionalDependencies' | 'devDependencies', Record<string, string>>;

/** Each allows what the MIT licence allows, under conditions that a copy of the package in node_modules meets. */
const COMPATIBLE = [
  '(MIT OR CC0-1.0)',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Python-2.0',
];

describe('the lockfile', () => {
  test('names no address that packages come from: whoever installs asks the registry that is set up there', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(readFileSync('.npmrc', 'utf8').split('\n')).toContain('omit-lockfile-registry-resolved=true');
  });

  test('holds the hash of each package, and each comes from a registry', () => {
    const without = locked.filter(([, { integrity, link }]) => link || !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''));
    expect(without.map(([path]) => path)).toEqual([]);
    expect(locked.length).toBeGreaterThan(500);
  });

  test('is of what package.json asks for once, in exactly one version each', () => {
    const all = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies].flatMap(Object.keys);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
    const asked = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const other = asked.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version);
    expect(other).toEqual([]);
  });
});

test('what is shipped is under licences that go with ours', () => {
  const other = shipped('.').filter(({ licence }) => !COMPATIBLE.includes(licence ?? ''));
  // When this fails: read that licence; if it goes with ours, add it above.
  expect(other).toEqual([]);
  expect(shipped('.').length).toBeGreaterThan(100);
});

test('the bundle for Claude Desktop is built by the version of its tool that the tests try', () => {
  const [, built] = /@anthropic-ai\/mcpb@([\d.]+)'/.exec(readFileSync('scripts/mcpb/build.mjs', 'utf8')) ?? [];
  const tried = /'@anthropic-ai\/mcpb': '([\d.]+)'/.exec(
    readFileSync('test/support/real-clients/fetch.mjs', 'utf8'),
  )?.[1];
  expect(built).toBeDefined();
  expect(built).toBe(tried);
});

test('the bill of materials lists what the image installs, each with its hash and licence', () => {
  const { stdout, status } = spawnSync('npm', ['run', '--silent', 'sbom'], { encoding: 'utf8', maxBuffer: 1 << 24 });
  expect(status).toBe(0);
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; version: string; hashes?: { alg: string }[]; licenses?: unknown[] }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const named = components.map(({ name, version }) => `${name}@${version}`);
  const installed = shipped('.').filter(({ optional }) => !optional);
  expect([...new Set(named)].sort()).toEqual(installed.map(({ name, version }) => `${name}@${version}`).sort());
  const bare = components.filter(({ hashes, licenses }) => hashes?.[0]?.alg !== 'SHA-512' || !licenses?.length);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

describe('workflows', () => {
  const FOLDER = '.github/workflows';
  const names = readdirSync(FOLDER);
  const workflows = names.map((name): [string, string] => [name, readFileSync(`${FOLDER}/${name}`, 'utf8')]);
  const of = (name: string) => workflows.find(([other]) => other === name)![1];

  test.each(workflows)(
    '%s may read unless a job says more, and takes no words of strangers into a shell',
    (_, text) => {
      expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
      expect(text).not.toContain('pull_request_target');
      expect(text.match(/run: .*\$\{\{.*$/gm) ?? []).toEqual([]);
      const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
      expect(actions.filter((action) => !/^(actions|docker)\/[\w-]+@v\d+$|^\.\/\.github\//.test(action))).toEqual([]);
      for (const action of actions.filter((each) => each.startsWith('./'))) expect(existsSync(action)).toBe(true);
    },
  );

  test.each(workflows)('%s calls only scripts that exist', (_, text) => {
    const scripts = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script = '']) => script);
    expect(scripts.filter((script) => !manifest.scripts[script])).toEqual([]);
    for (const [, file = ''] of text.matchAll(/bash (\S+)/g)) expect(existsSync(file)).toBe(true);
  });

  test('tests run as they do elsewhere, on every major version of Node that can be used', () => {
    expect(of('test.yaml')).toContain('run: bash .ci/run');
    const nodes = /node: \[(.*)\]/.exec(of('test.yaml'))![1]!.split(', ');
    expect(nodes).toEqual(['20', '22', '24']);
    expect(manifest.engines.node).toMatch(new RegExp(`^>=${nodes[0]}\\.`));
  });

  test('a release is tested first, and its image is of both architectures and tells how it was made', () => {
    const order = /image:\n {4}needs: \[test, audit\]\n[^]*release:\n {4}needs: image\n[^]*site:\n {4}needs: release\n/;
    expect(of('release.yaml')).toMatch(order);
    for (const part of ['platforms: linux/amd64,linux/arm64', 'provenance: mode=max', 'sbom: true'])
      expect(of('image.yaml')).toContain(part);
  });

  test('the package is published from the file that was tried, by the workflow itself and no token', () => {
    const release = of('release.yaml');
    expect(release).toMatch(
      /npm run package\n[^]*npx --yes --package=[^]*npm publish \.\/clickup-mcp-gateway-\*\.tgz\n/,
    );
    expect(release).not.toMatch(/secrets\./);
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
    expect(manifest.mcpName).toBe(`io.github.${/github\.com\/(.+)\.git$/.exec(manifest.repository.url)?.[1]}`);
  });
});
