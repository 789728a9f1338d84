import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

/** docker/kubernetes */
export const FOLDER = fileURLToPath(new URL('../../../docker/kubernetes/', import.meta.url));

/** A manifest, as the API server gets it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: any;
}

interface Kustomization {
  namespace?: string;
  resources?: string[];
  components?: string[];
  patches?: { path: string }[];
}

/** The fields of a kustomization that {@link rendered} understands; another one would be overlooked. */
export const UNDERSTOOD = ['apiVersion', 'kind', 'namespace', 'resources', 'components', 'patches'];

/** The documents of a file below docker/kubernetes. */
export function manifestsIn(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(join(FOLDER, path), 'utf8'), { strict: true, uniqueKeys: true }).map(
    (document) => {
      if (document.errors.length) throw document.errors[0]!;
      return document.toJS() as Manifest;
    },
  );
}

/**
 * What `kubectl kustomize` makes of a folder, for the little of kustomize that is used here (kubernetes.spec.ts compares them where kubectl is).
 * @param path below docker/kubernetes
 * @param components further ones, as somebody adds them to an overlay
 */
export function rendered(path: string, components: readonly string[] = []): Manifest[] {
  const kustomization = parse(readFileSync(join(FOLDER, path, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const at = (name: string) => relative(FOLDER, join(FOLDER, path, name));
  let manifests = (kustomization.resources ?? []).flatMap((name) =>
    name.endsWith('.yaml') ? manifestsIn(at(name)) : rendered(at(name)),
  );
  for (const component of [...(kustomization.components ?? []).map(at), ...components]) {
    const { patches = [], resources = [] } = parse(
      readFileSync(join(FOLDER, component, 'kustomization.yaml'), 'utf8'),
    ) as Kustomization;
    manifests.push(...resources.flatMap((name) => manifestsIn(join(component, name))));
    manifests = patches.reduce((all, { path: patch }) => patched(all, join(component, patch)), manifests);
  }
  manifests = (kustomization.patches ?? []).reduce((all, { path: patch }) => patched(all, at(patch)), manifests);
  const { namespace } = kustomization;
  return manifests.map((manifest) =>
    namespace && manifest.kind !== 'Namespace'
      ? { ...manifest, metadata: { ...manifest.metadata, namespace } }
      : manifest,
  );
}

const sameObject = (one: Manifest, other: Manifest) =>
  one.apiVersion === other.apiVersion && one.kind === other.kind && one.metadata.name === other.metadata.name;

function patched(manifests: Manifest[], path: string): Manifest[] {
  return manifestsIn(path).reduce((all, patch) => {
    const at = all.findIndex((manifest) => sameObject(manifest, patch));
    if (at === -1) throw new Error(`${path} patches ${patch.kind} ${patch.metadata.name}, which is not there`);
    const { $patch: action, ...change } = patch;
    const to = action === 'delete' ? [] : [merged(all[at], change) as Manifest];
    return all.toSpliced(at, 1, ...to);
  }, manifests);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNamed = (value: unknown): value is { name: string }[] =>
  Array.isArray(value) && value.every((item) => isObject(item) && typeof item.name === 'string');

/** A strategic merge: objects field by field, lists of things with names by these, all else replaced. */
function merged(base: unknown, change: unknown): unknown {
  if (isNamed(base) && isNamed(change)) {
    const news = change.filter(({ name }) => !base.some((item) => item.name === name));
    return [
      ...base.map((item) => {
        const patch = change.find(({ name }) => name === item.name);
        return patch ? merged(item, patch) : item;
      }),
      ...news,
    ];
  }
  if (!isObject(base) || !isObject(change)) return change;
  const fields = Object.entries(change).map(([name, value]) => [
    name,
    name in base ? merged(base[name], value) : value,
  ]);
  return { ...base, ...(Object.fromEntries(fields) as object) };
}
