import { KEYS, loadConfig } from '#libs/core';
import { ROUTES } from '#libs/web';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { forwardedHeaders, instanceFor, keysFor } from '../../docker/cloudflare/routing.js';

const read = (path: string) => readFileSync(path, 'utf8');
const { config, error } = ts.parseConfigFileTextToJson('wrangler.jsonc', read('wrangler.jsonc')) as {
  config: Record<string, any>;
  error?: ts.Diagnostic;
};
const { INSTANCES, ...vars } = config.vars as Record<string, string>;
const [container] = config.containers;
const worker = read('docker/cloudflare/worker.ts');
const image = Object.fromEntries(
  [.../^ENV (.*)/m.exec(read('docker/Dockerfile'))![1]!.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [
    name,
    value,
  ]),
) as Record<string, string>;

test('wrangler.jsonc is read, and what it names is there', () => {
  expect(error).toBeUndefined();
  for (const path of [config.main, config.tsconfig, container.image, container.image_build_context])
    expect(existsSync(path as string)).toBe(true);
  const [binding] = config.durable_objects.bindings;
  expect([container.class_name, binding.class_name, config.migrations[0].new_sqlite_classes]).toEqual([
    'Gateway',
    'Gateway',
    ['Gateway'],
  ]);
  expect(worker).toContain(`env.${binding.name}`);
});

describe('configuration', () => {
  const isSecret = (name: string) => name in KEYS && 'secret' in KEYS[name as keyof typeof KEYS];

  test('variables are keys that are no secrets and not the image’s; secrets are secret keys', () => {
    expect(Object.keys(vars).filter((name) => !(name in KEYS) || isSecret(name) || name in image)).toEqual([]);
    expect(config.secrets.required.filter((name: string) => !isSecret(name))).toEqual([]);
  });

  test('a gateway starts with them', () => {
    const secrets = {
      MASTER_KEY: 'ab'.repeat(32),
      DATABASE_URL: 'postgres://a:b@c/d',
      DATABASE_URL_DIRECT: 'postgres://a:b@e/d',
    };
    expect(Object.keys(secrets)).toEqual(config.secrets.required);
    expect(loadConfig({ ...image, ...vars, ...secrets })).toMatchObject({ NODE_ENV: 'production', PORT: 3000 });
  });

  test('the gateway gets all of them, and nothing of the Worker’s own', () => {
    const env = { ...config.vars, MASTER_KEY: 'k', GATEWAY: { getByName: () => undefined } };
    expect(keysFor(env)).toEqual({ ...vars, MASTER_KEY: 'k' });
  });

  test('docs/cloudflare.md names every secret that is required, and the instance type', () => {
    const document = read('docs/cloudflare.md');
    for (const name of [...config.secrets.required, container.instance_type]) expect(document).toContain(`\`${name}\``);
  });
});

test('there are as many instances as the Worker spreads callers over', () =>
  expect(Number(INSTANCES)).toBe(container.max_instances));

test('the Worker asks the port of the image, at a route that needs no credential, by a Host that is served', () => {
  expect(/defaultPort = (\d+)/.exec(worker)![1]).toBe(image.PORT);
  const [, host, path] = /pingEndpoint = '([^/]+)(\/[^']+)'/.exec(worker)!;
  expect([host, ROUTES[`GET ${path}`]?.auth]).toEqual(['localhost', 'public']);
});

test('what is to keep an instance awake comes more often than it falls asleep', () => {
  const [, minutes] = /^\*\/(\d+) \* \* \* \*$/.exec(config.triggers.crons[0] as string)!;
  const [, sleeps] = /sleepAfter = '(\d+)m'/.exec(worker)!;
  expect(Number(sleeps)).toBeGreaterThan(2 * Number(minutes));
});

test('the Worker fits the types of Cloudflare', () => {
  const folder = resolve('docker/cloudflare');
  const { config: options } = ts.readConfigFile(join(folder, 'tsconfig.json'), (path) => read(path));
  const parsed = ts.parseJsonConfigFileContent(options, ts.sys, folder);
  const found = ts.getPreEmitDiagnostics(ts.createProgram(parsed.fileNames, parsed.options));
  expect(parsed.fileNames.map((path) => path.slice(folder.length + 1)).sort()).toEqual(['routing.ts', 'worker.ts']);
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});

describe('which instance a request is for', () => {
  const request = (headers: Record<string, string>) => ({ headers: new Headers(headers) });

  test('always the same for the same caller, wherever it calls from', () => {
    const of = (address: string) => instanceFor(request({ Authorization: 'Bearer a', 'CF-Connecting-IP': address }), 7);
    expect(of('203.0.113.1')).toBe(of('203.0.113.2'));
  });

  test.each([
    ['keys', (at: number) => ({ Authorization: `Bearer cuk_${at}` })],
    ['keys in another header', (at: number) => ({ 'X-API-Key': `cuk_${at}` })],
    ['addresses', (at: number) => ({ 'CF-Connecting-IP': `203.0.113.${at}` })],
  ])('%s are spread over all of them', (_, headersOf) => {
    const counts = new Map<string, number>();
    for (let at = 0; at < 200; at += 1) {
      const name = instanceFor(request(headersOf(at)), 4);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['0', '1', '2', '3']);
    expect(Math.min(...counts.values())).toBeGreaterThan(20);
  });

  test('somebody without either has one as well', () => expect(instanceFor(request({}), 3)).toMatch(/^[012]$/));
});

test('who calls is said by Cloudflare, not by the caller', () =>
  expect(
    forwardedHeaders({
      url: 'https://clickup.example.com/mcp',
      headers: new Headers({ 'X-Forwarded-For': '10.0.0.1', 'CF-Connecting-IP': '203.0.113.7' }),
    }),
  ).toEqual({ 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }));
