import { join } from 'node:path';
import ts from 'typescript';
import { z } from 'zod';
import { type Manifest } from './render.js';

/** Where the types of a kind are in `kubernetes-models`, which are made from the API's OpenAPI document. */
const MODULES: Readonly<Record<string, string>> = {
  'v1/Namespace': 'v1/Namespace',
  'v1/ServiceAccount': 'v1/ServiceAccount',
  'v1/ConfigMap': 'v1/ConfigMap',
  'v1/Secret': 'v1/Secret',
  'v1/Service': 'v1/Service',
  'apps/v1/Deployment': 'apps/v1/Deployment',
  'apps/v1/StatefulSet': 'apps/v1/StatefulSet',
  'batch/v1/Job': 'batch/v1/Job',
  'autoscaling/v2/HorizontalPodAutoscaler': 'autoscaling/v2/HorizontalPodAutoscaler',
  'policy/v1/PodDisruptionBudget': 'policy/v1/PodDisruptionBudget',
  'networking.k8s.io/v1/Ingress': 'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1/NetworkPolicy': 'networking.k8s.io/v1/NetworkPolicy',
};

const metadata = z.strictObject({
  name: z.string(),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()),
});
const local = z.strictObject({ name: z.string() });
const parameters = z.record(z.string(), z.string());
const resources = z.strictObject({ requests: parameters, limits: parameters });

/** The kinds of others, as far as they are used here, as their custom resource definitions had them in November 2026. */
const CUSTOM: Readonly<Record<string, z.ZodType>> = {
  'gateway.networking.k8s.io/v1/HTTPRoute': z.strictObject({
    parentRefs: z.array(z.strictObject({ name: z.string(), namespace: z.string() })),
    hostnames: z.array(z.string()),
    rules: z.array(
      z.strictObject({
        matches: z.array(
          z.strictObject({ path: z.strictObject({ type: z.literal('PathPrefix'), value: z.string() }) }),
        ),
        timeouts: z.strictObject({ request: z.string(), backendRequest: z.string() }),
        backendRefs: z.array(z.strictObject({ name: z.string(), port: z.int() })),
      }),
    ),
  }),
  'external-secrets.io/v1/ExternalSecret': z.strictObject({
    refreshInterval: z.string(),
    secretStoreRef: z.strictObject({ kind: z.enum(['SecretStore', 'ClusterSecretStore']), name: z.string() }),
    target: z.strictObject({ name: z.string(), creationPolicy: z.enum(['Owner', 'Orphan', 'Merge', 'None']) }),
    dataFrom: z.array(z.strictObject({ extract: z.strictObject({ key: z.string() }) })).optional(),
    data: z
      .array(
        z.strictObject({
          secretKey: z.string(),
          remoteRef: z.strictObject({ key: z.string(), property: z.string() }),
        }),
      )
      .optional(),
  }),
  'postgresql.cnpg.io/v1/Cluster': z.strictObject({
    instances: z.int(),
    imageName: z.string(),
    primaryUpdateStrategy: z.enum(['unsupervised', 'supervised']),
    enableSuperuserAccess: z.boolean(),
    bootstrap: z.strictObject({
      initdb: z.strictObject({ database: z.string(), owner: z.string(), secret: local }),
    }),
    managed: z.strictObject({
      roles: z.array(
        z.strictObject({
          name: z.string(),
          ensure: z.enum(['present', 'absent']),
          login: z.boolean(),
          passwordSecret: local,
        }),
      ),
    }),
    postgresql: z.strictObject({
      parameters,
      synchronous: z.strictObject({
        method: z.enum(['any', 'first']),
        number: z.int(),
        dataDurability: z.enum(['required', 'preferred']),
      }),
    }),
    storage: z.strictObject({ size: z.string() }),
    affinity: z.strictObject({
      enablePodAntiAffinity: z.boolean(),
      topologyKey: z.string(),
      podAntiAffinityType: z.enum(['preferred', 'required']),
    }),
    resources,
  }),
  'postgresql.cnpg.io/v1/Pooler': z.strictObject({
    cluster: local,
    type: z.enum(['rw', 'ro', 'r']),
    instances: z.int(),
    pgbouncer: z.strictObject({ poolMode: z.enum(['session', 'transaction']), parameters }),
  }),
};

/** What the API server would refuse: a field that it does not know, one that is missing, or a value of another kind. */
export function problemsOf(manifests: readonly Manifest[]): string[] {
  const native = manifests.filter((manifest) => !(kindOf(manifest) in CUSTOM));
  const custom = manifests.flatMap((manifest) => {
    const spec = CUSTOM[kindOf(manifest)];
    if (!spec) return [];
    const whole = z.strictObject({ apiVersion: z.string(), kind: z.string(), metadata, spec });
    const { error } = whole.safeParse(manifest);
    return error ? [`${kindOf(manifest)} ${manifest.metadata.name}: ${z.prettifyError(error)}`] : [];
  });
  return [...custom, ...typeErrors(native)];
}

const kindOf = ({ apiVersion, kind }: Manifest) => `${apiVersion}/${kind}`;

/** A literal of TypeScript may have no field that its type does not know, at any depth: so the compiler is the strict reader. */
function typeErrors(manifests: readonly Manifest[]): string[] {
  const unknown = manifests.filter((manifest) => !(kindOf(manifest) in MODULES));
  if (unknown.length) return unknown.map((manifest) => `no types for ${kindOf(manifest)}`);
  const file = join(process.cwd(), 'test/support/kubernetes/manifests-as-typescript.ts');
  const text = manifests
    .map((manifest, at) => {
      const type = `import('kubernetes-models/${MODULES[kindOf(manifest)]!}').I${manifest.kind}`;
      return `export const of${at}: ${type} = ${JSON.stringify(manifest)};`;
    })
    .join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  host.fileExists = (name) => name === file || fileExists(name);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file)!;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => {
    const line = source.getLineAndCharacterOfPosition(found.start ?? 0).line;
    const { kind, metadata: named } = manifests[line]!;
    return `${kind} ${named.name}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`;
  });
}
