import { type Key, KEYS } from './keys.js';

/** Set by the image, and not to be changed from outside. */
const OF_THE_IMAGE = ['NODE_ENV', 'HOST', 'PORT', 'DATA_DIR'];

/** What a cluster needs otherwise than the defaults are. */
const IN_A_CLUSTER: Readonly<Record<string, string>> = {
  BASE_URL: 'https://clickup.example.com',
  // The Service, for neighbours in the cluster.
  ALLOWED_HOSTS: 'clickup-mcp,clickup-mcp.clickup-mcp.svc',
  TRUST_PROXY: 'uniquelocal',
  LOG_FORMAT: 'json',
  METRICS_PORT: '9464',
  // Until every controller has heard that a pod leaves.
  SHUTDOWN_DELAY_SECONDS: '10',
};

/** docker/kubernetes/base/configmap.yaml: every key that is no secret; an empty one has its default. */
export function renderConfigMap(): string {
  const keys = Object.entries<Key>(KEYS).filter(
    ([name, { secret, group }]) => !secret && group !== 'Sandbox' && !OF_THE_IMAGE.includes(name),
  );
  return [
    '# Generated from the table of configuration keys by `npm run docs`. Change values in an overlay, not here',
    '# (docs/kubernetes.md); what each does: docs/configuration.md. Empty: its default. What is secret: secrets.example.yaml',
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    '  name: clickup-mcp',
    '  labels:',
    '    app.kubernetes.io/name: clickup-mcp',
    '    clickup-mcp/apply: first',
    'data:',
    ...keys.map(([name]) => `  ${name}: "${IN_A_CLUSTER[name] ?? ''}"`),
  ].join('\n');
}
