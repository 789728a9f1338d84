import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { outputOf } from '../output.js';
import { type Image } from './image.js';
import { type Manifest } from './render.js';

/** The values of a Secret or a ConfigMap, by its name. */
export type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A container that runs as a process of this machine. */
export interface Container {
  child: ChildProcess;
  output(): string;
  /** Its exit code, or the signal that ended it. */
  exit: Promise<number | string>;
}

/**
 * Starts what a pod's only container says, with nothing of this machine's environment but PATH.
 * @param pod `spec.template.spec` of a manifest
 * @param over what a machine has to set otherwise than a cluster
 * @throws Error for a reference to something that is not there, as the kubelet would not start the container
 */
export function startContainer(
  { containers: [container] }: { containers: Manifest['spec'][] },
  image: Image,
  values: { configMaps: Values; secrets: Values },
  over: Readonly<Record<string, string>> = {},
): Container {
  const [program, ...args] = (container.command ?? image.command) as string[];
  const env = { PATH: process.env.PATH, ...image.env, ...environmentOf(container, values), ...over };
  const child = spawn(process.execPath, [...entryOf(program!), ...args], {
    cwd: image.folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = outputOf(child);
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, output, exit };
}

/** The programs of the image: Node, and the command that its PATH has. */
function entryOf(program: string): string[] {
  if (program === 'node') return [];
  if (program === 'clickup-mcp') return [join('dist', 'apps', 'cli', 'src', 'main.js')];
  throw new Error(`the image has no ${program}`);
}

/** As the kubelet makes it: `envFrom` in its order, then `env`. */
function environmentOf(
  { envFrom = [], env = [] }: Manifest['spec'],
  { configMaps, secrets }: { configMaps: Values; secrets: Values },
): Record<string, string> {
  const all: Record<string, string> = {};
  for (const { configMapRef, secretRef } of envFrom as Record<string, { name: string }>[])
    Object.assign(all, configMapRef ? of(configMaps, configMapRef.name) : of(secrets, secretRef!.name));
  for (const { name, value, valueFrom } of env) {
    const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
    all[name] = value ?? of(of(secrets, secret), key);
  }
  return all;
}

function of<T>(all: Readonly<Record<string, T>>, name: string): T {
  const found = all[name];
  if (found === undefined) throw new Error(`the manifests refer to ${name}, which is not there`);
  return found;
}
