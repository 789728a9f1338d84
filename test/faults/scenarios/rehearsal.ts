import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningSandbox, startSandbox } from '../../../apps/sandbox/src/index.js';
import { type Balancer, startBalancer } from '../../support/balancer.js';
import { type ClusterDatabase, startClusterDatabase } from '../../support/kubernetes/cluster-database.js';
import { type Values } from '../../support/kubernetes/container.js';
import { type Image, imageOf } from '../../support/kubernetes/image.js';
import { type Manifest, rendered } from '../../support/kubernetes/render.js';
import { Rollout, runJob } from '../../support/kubernetes/rollout.js';
import { MANY_REQUESTS } from '../../support/many-requests.js';
import { Person } from '../../support/person.js';
import { Load } from '../load.js';
import { counted, type Outcome, rounded, type Scenario } from '../scenario.js';

const CALLERS = 10;
/** What `npm run rehearse -- --from <ref>` has built; else this build under another name stands for the version before. */
const PREVIOUS = process.env.REHEARSE_PREVIOUS ?? '.';

export const REHEARSAL: Readonly<Record<string, Scenario>> = {
  'rehearsal-single': {
    title: 'The manifests of the overlay `single`, as processes: rolled from the version before to this one under load',
    short: true,
    missing,
    run: () => rehearse('overlays/single'),
  },
  'rehearsal-ha': {
    title:
      'The manifests of the overlay `ha`, as processes: three replicas and a pooler, rolled from the version before to this one under load',
    missing,
    run: () => rehearse('overlays/ha'),
  },
};

/** Every pod has an address of its own, and the ports of the manifests. */
function missing(): string | undefined {
  return process.platform === 'linux' ? undefined : 'only Linux has a whole network on loopback';
}

/** What docs/kubernetes.md lets an operator change, here: people make keys of their own, and all of them share one ClickUp token. */
const patched = ({ url }: RunningSandbox): Record<string, string> => ({
  CLICKUP_API_URL: url,
  CLICKUP_RATE_LIMIT: '10000',
  API_KEY_MODE: 'user_bound',
  ...MANY_REQUESTS,
});

async function rehearse(overlay: string): Promise<Outcome> {
  const manifests = rendered(overlay);
  const ends: (() => unknown)[] = [];
  const ending = <T>(what: T, end: (what: T) => unknown): T => (ends.unshift(() => end(what)), what);
  try {
    const images = [imageOf(PREVIOUS, '-previous'), imageOf('.')] as const;
    ends.push(() => images.forEach((image) => image.remove()));
    const sandbox = ending(await startSandbox({ tasks: 60, latencyMs: 20 }), (it) => it.close());
    const database = ending(await startClusterDatabase(manifests), (it) => it.close());
    const configMap = { ...one(manifests, 'ConfigMap').data, ...patched(sandbox) } as Record<string, string>;
    const values = { configMaps: { 'clickup-mcp': configMap }, secrets: database.secrets };
    const rollout = ending(
      new Rollout(one(manifests, 'Deployment'), replicasOf(manifests), values, addresses()),
      (it) => it.remove(),
    );
    const ingress = { ready: () => rollout.ready, host: new URL(configMap.BASE_URL!).host };
    const balancer = ending(await startBalancer(ingress), (it) => it.close());
    const [previous, current] = images;
    return await rolled({ manifests, previous, current, sandbox, database, values, rollout, balancer });
  } finally {
    for (const end of ends) await end();
  }
}

interface Stage {
  manifests: readonly Manifest[];
  previous: Image;
  current: Image;
  sandbox: RunningSandbox;
  database: ClusterDatabase;
  values: { configMaps: Values; secrets: Values };
  rollout: Rollout;
  balancer: Balancer;
}

/** In the order of docs/kubernetes.md: migrations, then pods; once for the version before, and once more under load. */
async function rolled(stage: Stage): Promise<Outcome> {
  const { manifests, previous, current, sandbox, database, values, rollout, balancer } = stage;
  const job = one(manifests, 'Job');
  await runJob(job, previous, values);
  await rollout.to(previous);
  const keys = await Promise.all(
    Array.from({ length: CALLERS }, () => new Person(balancer.url).makeKey({ clickupKey: 'pk_sandbox_owner' })),
  );
  const versions = [await versionAt(balancer.url, keys[0]!)];
  const load = new Load({ keys, sandbox, front: balancer });
  await sleep(2_000);
  const migrated = await runJob(job, current, values);
  const began = performance.now();
  await rollout.to(current);
  const seconds = rounded((performance.now() - began) / 1000);
  await rollout.settled();
  const ledger = await load.stop();
  versions.push(await versionAt(balancer.url, keys[0]!));
  const failed = ledger.calls.filter(({ ended }) => ended !== 'success');
  return {
    figures: [
      ...counted(ledger),
      { what: 'failed or cut off', measured: failed.length, unit: '', target: ['≤', 0] },
      { what: 'requests that no pod answered', measured: balancer.failures.length, unit: '', target: ['≤', 0] },
      { what: 'until the last new pod was available', measured: seconds, unit: 's' },
      { what: 'migrations under load', measured: migrated.split('Migrated: ').length - 1, unit: '' },
      { what: 'poolers', measured: Number(database.pooled), unit: '' },
    ],
    wrong: [
      ...ledger.wrong,
      ...failed.map(({ kind, code, status }) => `a ${kind} failed: ${code ?? status}`),
      ...balancer.failures,
      ...rollout.events,
      ...(String(versions) === String([previous.version, current.version])
        ? []
        : [`the versions before and after were ${versions.join(', ')}`]),
    ],
  };
}

const one = (manifests: readonly Manifest[], kind: string): Manifest =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name.startsWith('clickup-mcp'))!;

const replicasOf = (manifests: readonly Manifest[]): number =>
  one(manifests, 'Deployment').spec.replicas ?? one(manifests, 'HorizontalPodAutoscaler').spec.minReplicas;

/** As many as a pod network has; where it begins is left to chance, for runs beside each other. */
function* addresses(): Generator<string> {
  const network = `127.${randomInt(64, 128)}.${randomInt(256)}`;
  for (let host = 1; host < 255; host += 1) yield `${network}.${host}`;
}

/** What a client is told at `initialize`. */
async function versionAt(url: string, key: string): Promise<string> {
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'rehearsal', version: '1' } },
    }),
  });
  const { result } = (await answer.json()) as { result: { serverInfo: { version: string } } };
  return result.serverInfo.version;
}
