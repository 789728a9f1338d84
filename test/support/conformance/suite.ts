import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The installed suite, and the Node.js that runs it. */
export interface Suite {
  node: string;
  suite: string;
}

/** One check, as the suite writes it down. */
export interface Check {
  id: string;
  /** A warning is a SHOULD that was missed. */
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  errorMessage?: string;
}

export interface Report {
  /** The scenarios that the revision demands of servers, whether they ran or not. */
  demanded: string[];
  /** By scenario; what did not run is not there. The suite runs some that are not demanded, too. */
  checks: Map<string, Check[]>;
}

const INSTALL_TIMEOUT_MS = 90_000;
const RUN_TIMEOUT_MS = 90_000;
const INSTALLER = fileURLToPath(new URL('fetch.mjs', import.meta.url));

/** Installs the suite if need be. Undefined when that is not possible (no network, say); npm has said why on stderr. */
export function fetchSuite(): Suite | undefined {
  const { status, stdout } = spawnSync(process.execPath, [INSTALLER], { encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS, stdio: ['ignore', 'pipe', 'inherit'] });
  return status === 0 ? (JSON.parse(stdout) as Suite) : undefined;
}

/** Runs all that a revision of the specification demands of servers against the one at `url`. */
export async function runSuite(suite: Suite, url: string, revision: string): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const demanded = serverScenarios(await run(suite, ['list', '--requirements', revision]));
    await run(suite, ['server', '--url', url, '--requirements', revision, '--output-dir', folder]);
    const checks: Report['checks'] = new Map();
    for (const name of await readdir(folder)) {
      const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT/.exec(name)?.[1] ?? name;
      checks.set(scenario, JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8')) as Check[]);
    }
    return { demanded, checks };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What it prints. Its exit code only sums up what the files say in detail. */
function run({ node, suite }: Suite, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [suite, ...args], { stdio: ['ignore', 'pipe', 'inherit'], timeout: RUN_TIMEOUT_MS });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

/** The names below the heading "Server scenarios". */
const serverScenarios = (list: string) => [...(/^Server scenarios.*\n((?: {2}- .+\n?)+)/m.exec(list)?.[1] ?? '').matchAll(/^ {2}- (\S+)$/gm)].map(([, name]) => String(name));
