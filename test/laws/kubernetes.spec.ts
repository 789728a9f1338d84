import { KEYS, loadConfig } from '#libs/core';
import { ROUTES } from '#libs/web';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { describedMetrics } from '../../apps/gateway/src/metrics/render-metrics.js';
import { FOLDER, type Manifest, manifestsIn, rendered, UNDERSTOOD } from '../support/kubernetes/render.js';
import { problemsOf } from '../support/kubernetes/types.js';

const read = (path: string) => readFileSync(join(FOLDER, '../..', path), 'utf8');
const COMPONENTS = readdirSync(join(FOLDER, 'components')).map((name) => `components/${name}`);
const OVERLAYS = readdirSync(join(FOLDER, 'overlays')).map((name) => `overlays/${name}`);
const of = (manifests: Manifest[], kind: string, name = 'clickup-mcp') =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
const podOf = (manifest: Manifest) => manifest.spec.template.spec;
const base = rendered('base');
const deployment = of(base, 'Deployment')!;
const gateway = podOf(deployment).containers[0];
const job = of(base, 'Job', 'clickup-mcp-migrate')!;
const settings = of(base, 'ConfigMap')!.data as Record<string, string>;

/** Set by the image. */
const FIXED = ['NODE_ENV', 'HOST', 'PORT', 'DATA_DIR'];
const keys = (secret: boolean) =>
  Object.entries(KEYS).flatMap(([name, key]) =>
    key.group !== 'Sandbox' && ('secret' in key && key.secret) === secret ? [name] : [],
  );

test('every file is part of something, and kustomize is used for nothing that the renderer of the tests does not know', () => {
  const files = readdirSync(FOLDER, { recursive: true }) as string[];
  const kustomizations = files.filter((path) => path.endsWith('kustomization.yaml'));
  const named = kustomizations.flatMap((path) => {
    const kustomization = parse(readFileSync(join(FOLDER, path), 'utf8')) as Record<string, any>;
    expect(Object.keys(kustomization).filter((field) => !UNDERSTOOD.includes(field))).toEqual([]);
    const { resources = [], patches = [] } = kustomization as { resources: string[]; patches: { path: string }[] };
    return [...resources, ...patches.map((patch) => patch.path)].map((name) => join(path, '..', name));
  });
  const manifests = files.filter((path) => path.endsWith('.yaml') && !path.endsWith('kustomization.yaml'));
  expect(manifests.filter((path) => !named.includes(path))).toEqual(['secrets.example.yaml']);
});

describe.each([
  ['base', [] as string[]],
  ...OVERLAYS.flatMap((overlay): [string, string[]][] => [
    [overlay, []],
    [overlay, COMPONENTS],
  ]),
])('%s %j', (path, components) => {
  const manifests = rendered(path, components);

  test('knows no field that the API does not, and lacks none that it demands', () =>
    expect(problemsOf(manifests)).toEqual([]));

  test('names each object once, in the one namespace', () => {
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.length).toBe(new Set(names).size);
    expect(
      manifests.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'clickup-mcp'),
    ).toEqual([]);
  });

  test('every pod is one that restricted pod security lets in, without a token, with a read-only file system', () => {
    const pods = manifests.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind)).map(podOf);
    expect(pods.length).toBeGreaterThan(1);
    for (const pod of pods) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of pod.containers)
        expect(container).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: expect.anything(), limits: { memory: expect.any(String) } },
        });
    }
  });

  test('what is applied first is whole: what the migrations need is there, and no pod of the gateway', () => {
    const first = manifests.filter(({ metadata }) => metadata.labels?.['clickup-mcp/apply'] === 'first');
    expect(of(first, 'Job', 'clickup-mcp-migrate')).toBeDefined();
    expect(of(first, 'Deployment')).toBeUndefined();
    const databases = manifests.filter(({ kind }) =>
      ['StatefulSet', 'Cluster', 'Pooler', 'ExternalSecret'].includes(kind),
    );
    expect(databases.filter((manifest) => !first.includes(manifest))).toEqual([]);
    for (const kind of ['ServiceAccount', 'NetworkPolicy']) expect(of(first, kind)).toBeDefined();
  });
});

describe('kustomize itself', () => {
  const kubectl = spawnSync('kubectl', ['version', '--client'], { timeout: 20_000 }).status === 0;
  const sorted = (manifests: Manifest[]) =>
    [...manifests].sort((one, other) => (one.kind + one.metadata.name < other.kind + other.metadata.name ? -1 : 1));

  // Where there is no kubectl the renderer of the tests stands for it; it is no part of what the tests need.
  (kubectl ? test : test.skip).each(OVERLAYS)('makes the same of %s', (overlay) => {
    const { stdout } = spawnSync('kubectl', ['kustomize', join(FOLDER, overlay)], { encoding: 'utf8' });
    const theirs = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
    expect(sorted(theirs)).toEqual(sorted(rendered(overlay)));
  });
});

test('a field that is misspelt, missing or of another kind is found, at any depth', () => {
  const broken = (change: (copy: Manifest) => void) => {
    const copy = structuredClone(deployment);
    change(copy);
    return problemsOf([copy]);
  };
  expect([
    broken((copy) => (podOf(copy).containers[0].readinessProb = {})),
    broken((copy) => (podOf(copy).containers[0].readinessProbe.httpGet.pathh = '/')),
    broken((copy) => delete copy.spec.selector),
    broken((copy) => (podOf(copy).terminationGracePeriodSeconds = '90')),
    problemsOf([{ ...of(rendered('overlays/ha'), 'Pooler', 'postgres-pooler')!, specs: {} }]),
  ]).toEqual(Array.from({ length: 5 }, () => [expect.any(String)]));
});

describe('configuration', () => {
  test('ConfigMap and Secret together are the table of configuration keys', () => {
    expect(Object.keys(settings).sort()).toEqual(
      keys(false)
        .filter((name) => !FIXED.includes(name))
        .sort(),
    );
    const [secrets, migrate] = manifestsIn('secrets.example.yaml');
    const commented = [...read('docker/kubernetes/secrets.example.yaml').matchAll(/^ {2}# ([A-Z_]+): ""$/gm)];
    const named = [...Object.keys(secrets!.stringData), ...commented.map(([, name]) => name!)];
    expect(named.filter((name) => !keys(true).includes(name))).toEqual([]);
    expect(Object.keys(migrate!.stringData)).toEqual(['DATABASE_MIGRATION_URL']);
    expect(Object.values({ ...secrets!.stringData, ...migrate!.stringData }).join('')).toBe('');
  });

  test('its values are accepted', () =>
    expect(
      loadConfig({ NODE_ENV: 'production', ...settings, DATABASE_URL: 'postgres://gateway@postgres/clickup' }),
    ).toMatchObject({ BASE_URL: 'https://clickup.example.com', TRUST_PROXY: ['uniquelocal'] }));

  test('the pods of the gateway take both, and never hold the password of the owner of the tables', () => {
    for (const path of ['base', ...OVERLAYS]) {
      const pod = podOf(of(rendered(path), 'Deployment')!);
      expect(pod.containers[0].envFrom).toEqual([
        { configMapRef: { name: 'clickup-mcp' } },
        { secretRef: { name: 'clickup-mcp' } },
      ]);
      const names = (pod.containers[0].env ?? []).map(({ name }: { name: string }) => name);
      expect(names.filter((name: string) => !keys(true).includes(name))).toEqual([]);
      expect(JSON.stringify(pod)).not.toMatch(/MIGRATION|clickup-mcp-migrate/);
    }
    expect(podOf(job).containers[0].env.map(({ name }: { name: string }) => name)).toEqual([
      'DATABASE_URL',
      'DATABASE_MIGRATION_URL',
    ]);
  });
});

test('image, command and ports are those of the image', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const image = `clickup-mcp-gateway:${version}`;
  expect([gateway.image, podOf(job).containers[0].image]).toEqual([image, image]);
  expect(gateway.command).toBeUndefined();
  expect(gateway.ports).toEqual([
    { name: 'http', containerPort: Number(/^ENV .*PORT=(\d+)/m.exec(read('docker/Dockerfile'))![1]) },
    { name: 'metrics', containerPort: Number(settings.METRICS_PORT) },
  ]);
  expect(podOf(deployment).securityContext.runAsUser).toBe(Number(/^USER (\d+):/m.exec(read('docker/Dockerfile'))![1]));
});

describe('probes and the end of a pod', () => {
  test('probes ask routes that are there and need no credential, by a Host that is accepted', () => {
    const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'].map((name) => gateway[name].httpGet);
    for (const { path, port, httpHeaders } of probes) {
      expect([ROUTES[`GET ${path}`]?.auth, port]).toEqual(['public', 'http']);
      expect(httpHeaders).toEqual([{ name: 'Host', value: 'localhost' }]);
    }
    expect(probes.map(({ path }) => path)).toEqual(['/health/live', '/health/ready', '/health/live']);
  });

  test('an end is seen before the port closes, and a pod is killed only after its calls are finished', () => {
    const { SHUTDOWN_DELAY_SECONDS: delay, SHUTDOWN_DRAIN_SECONDS: drain } = loadConfig({ ...settings });
    const { periodSeconds, failureThreshold, timeoutSeconds } = gateway.readinessProbe;
    expect(periodSeconds * failureThreshold + timeoutSeconds).toBeLessThanOrEqual(delay);
    expect(podOf(deployment).terminationGracePeriodSeconds).toBeGreaterThanOrEqual(delay + drain + 10);
  });

  test('no replica leaves before another is ready', () =>
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 }));

  test('the autoscaler goes by CPU and by a metric that there is, and alone says how many replicas there are', () => {
    const [cpu, queue] = of(base, 'HorizontalPodAutoscaler')!.spec.metrics;
    expect(cpu.resource.name).toBe('cpu');
    expect(describedMetrics().map(({ name }) => name)).toContain(queue.pods.metric.name);
    expect(deployment.spec.replicas).toBeUndefined();
  });

  test('a policy, a budget, a service and a spread find the pods they are for', () => {
    const { labels } = deployment.spec.template.metadata;
    const selectors = [
      deployment.spec.selector.matchLabels,
      of(base, 'Service')!.spec.selector,
      of(base, 'PodDisruptionBudget')!.spec.selector.matchLabels,
      ...podOf(deployment).topologySpreadConstraints.map((each: any) => each.labelSelector.matchLabels),
      of(base, 'NetworkPolicy')!.spec.podSelector.matchLabels,
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
    expect(job.spec.template.metadata.labels).not.toMatchObject(of(base, 'Service')!.spec.selector);
  });
});

test('the overlay ha has a pooler in transaction mode beside a direct URL, which its pods do not start without', () => {
  const ha = rendered('overlays/ha');
  expect(of(ha, 'Pooler', 'postgres-pooler')!.spec.pgbouncer.poolMode).toBe('transaction');
  expect(podOf(of(ha, 'Deployment')!).containers[0].env).toEqual([
    {
      name: 'DATABASE_URL_DIRECT',
      valueFrom: { secretKeyRef: { name: 'clickup-mcp', key: 'DATABASE_URL_DIRECT' } },
    },
  ]);
});

test('the component for the Gateway API takes the Ingress away', () => {
  const with_ = rendered('overlays/ha', ['components/gateway-api']);
  expect([of(with_, 'Ingress'), of(with_, 'HTTPRoute')]).toEqual([undefined, expect.anything()]);
});

test('docs/kubernetes.md names files that exist', () => {
  const named = [...read('docs/kubernetes.md').matchAll(/`?(docker\/kubernetes\/[\w./-]+)/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(join(FOLDER, '../..', path)))).toEqual([]);
});
