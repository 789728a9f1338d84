import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

const SERVER_INFO = 'dist/libs/mcp/src/calls/server-info.js';
const VERSION = /(?<=\bversion: ')[^']+/;

/**
 * An image of a build, in a folder of its own: one where no `.env` of a developer lies.
 * @param from a folder with `dist`, `package.json` and `node_modules`
 * @param suffix of the version that it tells clients, where two builds have to be told apart
 */
export function imageOf(from: string, suffix = ''): Image {
  const folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-image-'));
  for (const part of ['apps', 'libs'])
    cpSync(resolve(from, 'dist', part), join(folder, 'dist', part), {
      recursive: true,
      filter: (path) => !path.endsWith('.map'),
    });
  cpSync(resolve(from, 'package.json'), join(folder, 'package.json'));
  symlinkSync(resolve(from, 'node_modules'), join(folder, 'node_modules'));
  const told = readFileSync(join(folder, SERVER_INFO), 'utf8').replace(VERSION, (version) => version + suffix);
  writeFileSync(join(folder, SERVER_INFO), told);
  return {
    folder,
    version: VERSION.exec(told)![0],
    ...ofDockerfile(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
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
