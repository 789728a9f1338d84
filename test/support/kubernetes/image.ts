import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What docker/Dockerfile makes, as a folder whose programs run without an engine. */
export interface Image {
  /** Its WORKDIR: `dist`, `package.json` and the modules. */
  folder: string;
  /** What clients are told. */
  version: string;
  /** Of every container. */
  env: Readonly<Record<string, string>>;
  /** Of a container that names none. */
  command: readonly string[];
  remove(): void;
}

/** Where a build says what clients are told. */
const VERSION = /(title: (["'])ClickUp MCP Gateway\2,\s*version: \2)([^"']+)/;

/**
 * An image of a build, in a folder of its own: one where no `.env` of a developer lies.
 * @param from a folder with `dist`, `package.json` and `node_modules`
 * @param suffix of the version that it tells clients, where two builds have to be told apart
 */
export function imageOf(from: string, suffix = ''): Image {
  const folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-image-'));
  cpSync(resolve(from, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(resolve(from, 'package.json'), join(folder, 'package.json'));
  symlinkSync(resolve(from, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    version: renamed(join(folder, 'dist'), suffix),
    ...ofDockerfile(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @returns the version that clients are told now */
function renamed(dist: string, suffix: string): string {
  const files = (readdirSync(dist, { recursive: true }) as string[]).filter((path) => path.endsWith('.js'));
  let version: string | undefined;
  for (const path of files.map((name) => join(dist, name))) {
    const text = readFileSync(path, 'utf8');
    const told = VERSION.exec(text)?.[3];
    if (told === undefined) continue;
    version = told + suffix;
    writeFileSync(path, text.replace(VERSION, `$1${version}`));
  }
  if (version === undefined) throw new Error(`nothing in ${dist} says which version it is`);
  return version;
}

function ofDockerfile(): Pick<Image, 'env' | 'command'> {
  const text = readFileSync('docker/Dockerfile', 'utf8');
  const last = (instruction: string) => [...text.matchAll(new RegExp(`^${instruction} (.*)$`, 'gm'))].at(-1)![1]!;
  return {
    env: Object.fromEntries(
      last('ENV')
        .split(' ')
        .map((pair) => pair.split('=') as [string, string]),
    ),
    command: JSON.parse(last('CMD')) as string[],
  };
}
